"""Prints documents told in Avro: python avro_documents.py localhost:9092 http://localhost:8081 news.avro [group]"""

import json
import sys

from confluent_kafka import DeserializingConsumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer

bootstrap, registry, topic = sys.argv[1:4]
consumer = DeserializingConsumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": sys.argv[4] if len(sys.argv) > 4 else "avro-titles",
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "value.deserializer": AvroDeserializer(SchemaRegistryClient({"url": registry})),
    }
)
consumer.subscribe([topic])
while True:
    message = consumer.poll(1.0)
    if message is None:
        continue
    document = message.value()
    names = ("id", "revision", "status", "title", "url")
    print(json.dumps({name: document[name] for name in names}), flush=True)
