"""Cleanwire: news feeds in, clean documents out on Kafka."""

__version__ = "0.2.0"
