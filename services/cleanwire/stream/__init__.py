"""The only Kafka: exactly-once ownership of partitions, topics, and what a command line needs of them."""
