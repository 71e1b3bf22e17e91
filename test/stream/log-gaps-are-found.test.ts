import { join } from "node:path";
import { expect, test } from "vitest";
import { updateStoredGaps } from "../../pipeline/stream/stored-gaps.ts";
import { readLogGaps } from "../../storage/log-gaps.ts";
import { openStore } from "../../storage/store.ts";
import { memoryTransport } from "../../transport/memory.ts";
import type { Message } from "../../transport/transport.ts";
import { folder } from "./fleet.ts";
import { stages } from "./stages.ts";

const COMPUTER = "EDGE01.corp.example";

function record(id: number): Message {
  const System = {
    Provider: { "#attributes": { Name: "Schannel" } },
    EventID: 36880,
    TimeCreated: { "#attributes": { SystemTime: `2026-03-02T04:${String(id % 60).padStart(2, "0")}:07.0000000Z` } },
    EventRecordID: id,
    Channel: "System",
    Computer: id % 2 === 0 ? COMPUTER : COMPUTER.toUpperCase(),
  };
  return { key: COMPUTER, value: Buffer.from(JSON.stringify({ Event: { System } })) };
}

function records(from: number, to: number): readonly Message[] {
  return Array.from({ length: to - from + 1 }, (_, index) => record(from + index));
}

test("records that did not come are a log gap until they have come, however they are spread over workers and starts", async () => {
  await using store = await openStore(join(folder(), "store")).then((opened) => ({
    ...opened,
    [Symbol.asyncDispose]: () => opened.close(),
  }));
  const stream = async (messages: readonly Message[]) => {
    const transport = memoryTransport();
    const running = await stages(store, transport);
    const publisher = await transport.publisher();
    for (let at = 0; at < messages.length; at += 7) await publisher.send("e", messages.slice(at, at + 7));
    await running.close();
    await updateStoredGaps(store, []);
    return (await readLogGaps(store)).map(({ kind, recordId, missing }) => [kind, recordId, missing]);
  };
  expect(await stream([...records(30, 50), ...records(1, 19)])).toEqual([["missing", 30n, 10n]]);
  expect(await stream([...records(22, 25), ...records(40, 55)])).toEqual([
    ["missing", 22n, 2n],
    ["missing", 30n, 4n],
  ]);
  expect(await stream([...records(20, 21).toReversed(), ...records(26, 29)])).toEqual([]);
});
