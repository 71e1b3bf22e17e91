import { createHash } from "node:crypto";

/**
 * An X.509 certificate in DER that parses as one (RFC 5280): an elliptic-curve key and a signature of the right form that nobody made.
 * Its years begin on 1 January.
 */
export function certificate(of: {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
}): Buffer {
  const serial = createHash("sha256").update(JSON.stringify(of)).digest();
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(serial.subarray(0, 8)),
    ECDSA_SHA256,
    commonName(of.issuer),
    sequence(utcYear(of.notBefore), utcYear(of.notAfter)),
    commonName(of.subject),
    sequence(sequence(oid("2a8648ce3d0201"), oid("2a8648ce3d030107")), bits(GENERATOR)),
  );
  const signature = sequence(integer(serial.subarray(8, 16)), integer(serial.subarray(16, 24)));
  return sequence(toBeSigned, ECDSA_SHA256, bits(signature));
}

const ECDSA_SHA256 = sequence(oid("2a8648ce3d040302"));
/** The generator of P-256, uncompressed: a valid point that needs no key. */
const GENERATOR = Buffer.from(
  "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
  "hex",
);

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

/** The first of several bytes is fixed, so that the number is positive and as short as DER wants it. */
function integer(magnitude: Buffer): Buffer {
  const digits = Buffer.concat([Buffer.of(0x40), magnitude.subarray(1)]);
  return der(0x02, magnitude.length === 1 ? magnitude : digits);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.of(0), content);
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(name)))));
}

function utcYear(year: number): Buffer {
  return der(0x17, Buffer.from(`${String(year % 100).padStart(2, "0")}0101000000Z`));
}
