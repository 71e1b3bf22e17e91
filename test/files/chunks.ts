import { splitMessages } from "../../ingest/files/split-messages.ts";
import type { TextMessage } from "../../ingest/files/text-message.ts";

/** The messages of a text that comes in pieces of such sizes, in turn. */
export async function messagesOf(
  text: Buffer | string,
  sizes: readonly number[] = [1 << 20],
): Promise<readonly TextMessage[]> {
  return (await Array.fromAsync(splitMessages(pieces(Buffer.from(text), sizes)))).flat();
}

async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield Buffer.from(bytes.subarray(at, at + size));
    at += size;
  }
}

/** What they say, each once: its text, or the fault that stands for it. */
export function textsOf(messages: readonly TextMessage[]): readonly string[] {
  return messages.map(({ bytes, fault }) => fault ?? bytes.toString("utf8"));
}
