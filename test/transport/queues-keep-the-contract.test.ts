import { memoryTransport } from "../../transport/memory.ts";
import { uniqueName } from "../kafka/for-tests.ts";
import { keepsTheContract } from "./contract.ts";

keepsTheContract({ open: async () => memoryTransport(), topic: async () => uniqueName("topic") });
