import type { Received, TopicPartition } from "../transport.ts";
import { unpack } from "./codecs.ts";
import { type KafkaRecord, NO_HEADERS, readRecords } from "./records.ts";

/** Bytes before the records. */
const HEADER = 61;
/** Of the bytes that the batch's length does not count. */
const BEFORE_LENGTH_COUNTS = 12;
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
    this.first = bytes.readBigInt64BE(0);
    this.offset = String(this.first + BigInt(bytes.readInt32BE(23)));
    this.batchContext = { producerId: String(bytes.readBigInt64BE(43)), inTransaction: false };
  }

  /** Undefined where there is none as a whole, or it is one of a transaction, of which kafkajs knows what has been aborted. */
  static at(bytes: Buffer, from: number): RecordBatch | undefined {
    if (from + HEADER > bytes.length) return undefined;
    const end = from + BEFORE_LENGTH_COUNTS + bytes.readInt32BE(from + 8);
    const attributes = bytes.readInt16BE(from + 21);
    if (end < from + HEADER || end > bytes.length || bytes.readInt8(from + 16) !== MAGIC) return undefined;
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
    const attributes = bytes.readInt16BE(21);
    const began = Number(bytes.readBigInt64BE(27));
    const appended = (attributes & LOG_APPEND_TIME) === 0 ? undefined : Number(bytes.readBigInt64BE(35));
    const received = ({ offsetDelta, timestampDelta, key, value, headers }: KafkaRecord): Received => {
      const offset = this.first + BigInt(offsetDelta);
      const time = appended ?? began + timestampDelta;
      return { topic, partition, offset, timestamp: time >= 0 ? time : undefined, key, value, headers };
    };
    try {
      const unpacked = await unpack(attributes & CODEC, bytes.subarray(HEADER));
      return Array.from(readRecords(unpacked, bytes.readInt32BE(57)), received);
    } catch {
      const offsetDelta = bytes.readInt32BE(23);
      return [received({ offsetDelta, timestampDelta: 0, key: undefined, value: bytes, headers: NO_HEADERS })];
    }
  }
}
