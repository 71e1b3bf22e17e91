import { describe, expect, test } from "vitest";
import { hasCorpus } from "../corpus.ts";
import { fuzzCase, fuzzFile, MOST_OUTPUT, realChunks } from "./fuzz-chunks.ts";

describe.skipIf(!hasCorpus)("No bytes make the reader throw, hang or say more than it should", () => {
  test("damaged copies of real chunks (npm run fuzz:evtx runs 100,000)", () => {
    const chunks = realChunks(1);
    for (let number = 0; number < 400; number++) {
      const { longest } = fuzzCase(chunks, "test", number);
      expect(longest, `case ${number}`).toBeLessThanOrEqual(MOST_OUTPUT);
    }
  });

  test("damaged copies of logs", () => {
    const chunks = realChunks(1);
    for (let number = 0; number < 60; number++) {
      const { longest } = fuzzFile(chunks, "test", number);
      expect(longest, `case ${number}`).toBeLessThanOrEqual(MOST_OUTPUT);
    }
  });
});
