import type { Received, TopicPartition } from "../transport.ts";
import { unpack } from "./codecs.ts";
import { type KafkaRecord, NO_HEADERS, readRecords } from "./records.ts";

/** Where the header has what is read of it; its last is the number of records, which follow. */
const AT = {
  firstOffset: 0,
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
  records: 61,
};
/** The length counts what comes behind it. */
const UNCOUNTED = 12;
const MAGIC = 2;
/** Bits of the attributes. */
const CODEC = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/**
 * A record batch as it was fetched, packed as it is: kafkajs takes it for one message, at the offset of its last record ("Record Batch" in Kafka's description
 * of its message format: https://kafka.apache.org/documentation/#recordbatch).
 */
export class RecordBatch {
  /** What kafkajs looks at in a message. */
  readonly offset: string;
  readonly key = null;
  readonly value = null;
  readonly isControlRecord = false;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: false };
  /** Offset of the first record that there was; compaction may have taken it. */
  readonly first: bigint;
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.first = bytes.readBigInt64BE(AT.firstOffset);
    this.offset = String(this.first + BigInt(bytes.readInt32BE(AT.lastOffsetDelta)));
    this.batchContext = { producerId: String(bytes.readBigInt64BE(AT.producerId)), inTransaction: false };
  }

  /** Undefined where there is none as a whole, or it is one of a transaction, of which kafkajs knows what has been aborted. */
  static at(bytes: Buffer, from: number): RecordBatch | undefined {
    if (from + AT.records > bytes.length) return undefined;
    const end = from + UNCOUNTED + bytes.readInt32BE(from + AT.length);
    const attributes = bytes.readInt16BE(from + AT.attributes);
    if (end < from + AT.records || end > bytes.length || bytes.readInt8(from + AT.magic) !== MAGIC) return undefined;
    if ((attributes & (TRANSACTIONAL | CONTROL)) !== 0) return undefined;
    // A copy: the answer of the broker, with what came of other partitions, is not kept for it.
    return new RecordBatch(Buffer.from(bytes.subarray(from, end)));
  }

  /** Bytes, packed and with the header. */
  get length(): number {
    return this.#bytes.length;
  }

  /**
   * What cannot be unpacked comes as one message, the batch as it is at its last offset: nobody reads an event or a detection in it, so that it is
   * told and kept as any other that cannot be read, and the partition goes on.
   */
  async messages({ topic, partition }: TopicPartition): Promise<readonly Received[]> {
    const bytes = this.#bytes;
    const attributes = bytes.readInt16BE(AT.attributes);
    const began = Number(bytes.readBigInt64BE(AT.firstTimestamp));
    const appended = (attributes & LOG_APPEND_TIME) === 0 ? undefined : Number(bytes.readBigInt64BE(AT.maxTimestamp));
    const received = ({ offsetDelta, timestampDelta, key, value, headers }: KafkaRecord): Received => {
      const offset = this.first + BigInt(offsetDelta);
      const time = appended ?? began + timestampDelta;
      return { topic, partition, offset, timestamp: time >= 0 ? time : undefined, key, value, headers };
    };
    try {
      const unpacked = await unpack(attributes & CODEC, bytes.subarray(AT.records));
      return Array.from(readRecords(unpacked, bytes.readInt32BE(AT.count)), received);
    } catch {
      const offsetDelta = bytes.readInt32BE(AT.lastOffsetDelta);
      return [received({ offsetDelta, timestampDelta: 0, key: undefined, value: bytes, headers: NO_HEADERS })];
    }
  }
}
