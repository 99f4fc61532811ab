"""Reads COUNT committed records of a topic with Confluent's deserialisers and prints them as JSON. Run apart from us.

registered.py avro|protobuf|json BOOTSTRAP REGISTRY TOPIC COUNT SCHEMA.proto
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import json_format
from other_schemas import message_class

form, bootstrap, url, topic, count, proto = sys.argv[1:]
registry = SchemaRegistryClient({"url": url})
deserialize = {
    "avro": lambda: AvroDeserializer(registry),
    "json": lambda: JSONDeserializer(None, schema_registry_client=registry),
    # With a registry it asks for the compiled schema, which Apicurio's does not have; the message's class is at hand.
    "protobuf": lambda: ProtobufDeserializer(message_class(Path(proto)), {"use.deprecated.format": False}),
}[form]()
consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": "foreign-" + topic,
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
    }
)
consumer.subscribe([topic])
left = int(count)
while left:
    message = consumer.poll(1.0)
    if message is None or message.error():
        continue
    value = deserialize(message.value(), SerializationContext(topic, MessageField.VALUE))
    if form == "protobuf":
        value = json_format.MessageToDict(value, preserving_proto_field_name=True)
    print(json.dumps({"key": message.key().decode(), "value": value}, default=datetime.isoformat), flush=True)
    left -= 1
