import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { SECOND, ticksFromUnixMs } from "../../model/ticks.ts";
import { CHUNK_HEADER_SIZE } from "../../simulator/evtx-writer/chunk-buffer.ts";
import type { EventToWrite } from "../../simulator/evtx-writer/event-to-write.ts";
import type { TemplateCache } from "../../simulator/evtx-writer/record.ts";
import { append, begin, type FilledChunk, fileHeader, finished } from "../../simulator/evtx-writer/write-evtx.ts";

const START = ticksFromUnixMs(1_772_424_607_000);
const CHUNK = 65_536;

/**
 * Writes a log as Windows does while it runs: records are put into the last chunk in place, the headers of chunk and file follow when `writeHeaders` is
 * called or a chunk is full, and behind the last of `chunks` chunks the first is written over.
 */
export class LiveWriter {
  readonly #path: string;
  readonly #computer: string;
  readonly #chunks: number;
  #fd: number;
  #chunk: FilledChunk | undefined;
  #index = 0;
  #used = 1;
  #templates: TemplateCache = new Map();
  nextId = 1;

  constructor(path: string, computer: string, chunks = 1000) {
    this.#path = path;
    this.#computer = computer;
    this.#chunks = chunks;
    this.#fd = this.#create();
  }

  /** Writes so many records, each of which takes about as many bytes as its text. */
  append(count: number, text = "x".repeat(1500)): void {
    for (let left = count; left > 0; left--) this.#appendOne(this.#event(text));
  }

  writeHeaders(): void {
    if (this.#chunk === undefined) return;
    writeSync(this.#fd, finished(this.#chunk, 0), 0, CHUNK_HEADER_SIZE, this.#at());
    this.#writeFileHeader();
  }

  /** The log is full: it is put aside under another name, and a new one goes on with the numbers. */
  archive(name: string): void {
    this.writeHeaders();
    closeSync(this.#fd);
    renameSync(this.#path, name);
    this.#fd = this.#create();
  }

  /** The log is emptied: made anew under its name; the numbers go on. */
  clear(): void {
    closeSync(this.#fd);
    this.#fd = this.#create();
  }

  close(): void {
    closeSync(this.#fd);
  }

  #create(): number {
    const fd = openSync(this.#path, "w");
    this.#chunk = undefined;
    this.#index = 0;
    this.#used = 1;
    writeSync(fd, fileHeader(1, BigInt(this.nextId)), 0, 4096, 0);
    // Windows lays a chunk out in advance.
    writeSync(fd, Buffer.alloc(CHUNK), 0, CHUNK, 4096);
    return fd;
  }

  #appendOne(event: EventToWrite): void {
    const before = this.#chunk?.buffer.at ?? CHUNK_HEADER_SIZE;
    const grown = this.#chunk === undefined ? undefined : append(this.#chunk, event, this.#templates);
    if (grown === undefined && this.#chunk !== undefined) {
      this.writeHeaders();
      this.#index = (this.#index + 1) % this.#chunks;
      this.#used = Math.max(this.#used, this.#index + 1);
    }
    this.#chunk = grown ?? begin(event, this.#templates);
    const from = grown === undefined ? CHUNK_HEADER_SIZE : before;
    const { bytes, at } = this.#chunk.buffer;
    writeSync(this.#fd, bytes, from, at - from, this.#at() + from);
  }

  #event(text: string): EventToWrite {
    const id = this.nextId++;
    return {
      provider: { name: "Test" },
      eventId: 7,
      level: 4,
      task: 0,
      keywords: 0x80_0000_0000_0000n,
      time: START + BigInt(id) * SECOND,
      recordId: BigInt(id),
      channel: "System",
      computer: this.#computer,
      data: { kind: "unnamed", strings: [text.slice(0, text.length / 2)] },
    };
  }

  #writeFileHeader(): void {
    const header = fileHeader(this.#used, BigInt(this.nextId));
    header.writeBigUInt64LE(BigInt(this.#index), 16);
    writeSync(this.#fd, header, 0, 64, 0);
  }

  #at(): number {
    return 4096 + this.#index * CHUNK;
  }
}
