"""Prints documents as they come, with confluent-kafka: python documents.py localhost:9092 [topic [group]]"""

import json
import sys

from confluent_kafka import Consumer

bootstrap = sys.argv[1]
topic = sys.argv[2] if len(sys.argv) > 2 else "news.documents"
group = sys.argv[3] if len(sys.argv) > 3 else "confluent-titles"
consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
    }
)
consumer.subscribe([topic])
while True:
    message = consumer.poll(1.0)
    if message is None:
        continue
    if message.error():
        print(message.error(), file=sys.stderr)
        continue
    document = json.loads(message.value())
    names = ("id", "revision", "status", "title", "url")
    print(json.dumps({name: document[name] for name in names}), flush=True)
