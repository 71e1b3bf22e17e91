/** A member in a process of its own, to be killed: `node child.ts BROKERS GROUP TOPIC`. It says of each batch that it got it, and never comes to its end. */
import { kafkaTransport } from "../../transport/kafka.ts";

const [, , brokers = "", groupId = "", topic = ""] = process.argv;
const transport = await kafkaTransport({ brokers: [brokers], clientId: "child" });
await transport.subscribe({
  groupId,
  topics: [topic],
  handler: {
    batch: async () => {
      console.log("batch");
      await new Promise(() => undefined);
    },
  },
});
console.log("joined");
