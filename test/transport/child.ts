/** A member in a process of its own, to be killed: `node child.ts BROKERS GROUP TOPIC`. It says which batch it got, as JSON, and never comes to its end. */
import { kafkaTransport } from "../../transport/kafka.ts";

const [, , brokers = "", groupId = "", topic = ""] = process.argv;
const transport = await kafkaTransport({ brokers: [brokers], clientId: "child" });
await transport.subscribe({
  groupId,
  topics: [topic],
  handler: {
    batch: async ({ partition, first, end, messages }) => {
      const values = messages.map(({ value }) => value.toString());
      console.log(JSON.stringify({ partition, first: `${first}`, end: `${end}`, values }));
      await new Promise(() => undefined);
    },
  },
});
console.log("joined");
