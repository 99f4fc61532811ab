"""The records that cross a topic or a stage, and how they are written as JSON."""
