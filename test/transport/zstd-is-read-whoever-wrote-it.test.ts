import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { unzstd, zstd } from "../../transport/kafka/zstd.ts";

const MOST = 1 << 20;

test("what was packed comes back, with its size in the frame or without", async () => {
  const bytes = fc
    .tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 900 }))
    .map(([piece, times]) => Buffer.concat(Array.from({ length: times }, () => piece)));
  await fc.assert(
    fc.asyncProperty(bytes, async (whole) => {
      for (const packed of [
        await zstd(whole),
        zstdCompressSync(whole),
        zstdCompressSync(whole, { pledgedSrcSize: whole.length }),
      ])
        expect((await unzstd(packed, MOST)).equals(whole)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("what is damaged, claims a size that it has not, or is too large is refused", async () => {
  const packed = await zstd(Buffer.alloc(100_000, "log"));
  const lying = Buffer.from(packed);
  lying.writeUInt32LE(0x00ff_ffff, 6);
  await expect(unzstd(lying, 1 << 28)).rejects.toThrow();
  await expect(unzstd(packed.subarray(0, 20), MOST)).rejects.toThrow();
  await expect(unzstd(packed, 50_000)).rejects.toThrow(/larger than/i);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
      await unzstd(Buffer.concat([packed.subarray(0, 6), bytes]), MOST).catch(() => undefined);
    }),
  );
});
