// Prints documents as they come: node documents.mjs localhost:9092 [topic [group]]
// Needs `npm install kafkajs`, and `kafka.compression` `gzip` or `none` in the service.
import { Kafka, logLevel } from "kafkajs";

const [bootstrap = "localhost:9092", topic = "news.documents", groupId = "node-titles"] = process.argv.slice(2);
const kafka = new Kafka({ clientId: "titles", brokers: [bootstrap], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId, readUncommitted: false });

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const { id, revision, status, title, url } = JSON.parse(message.value.toString());
    console.log(JSON.stringify({ id, revision, status, title, url }));
  },
});
