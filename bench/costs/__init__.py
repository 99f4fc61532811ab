"""What does the work cost beside what people would glue together themselves? `python -m bench.costs`."""
