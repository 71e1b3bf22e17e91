import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const openssl = async (...args: readonly string[]) => void (await promisify(execFile)("openssl", args));

/** A certificate authority, made with `openssl`. */
export class Authority {
  readonly #folder: string;
  readonly #name: string;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  static async create(folder: string, name: string): Promise<Authority> {
    const authority = new Authority(folder, name);
    await openssl(
      "req",
      "-x509",
      "-days",
      "2",
      "-subj",
      `/CN=${name}`,
      ...newKey(authority.#path("key")),
      "-out",
      authority.file,
    );
    return authority;
  }

  get file(): string {
    return this.#path("pem");
  }

  get pem(): string {
    return readFileSync(this.file, "utf8");
  }

  /** A certificate for 127.0.0.1 (or another name) from this authority; `days` below 0: expired. `file` holds the key and the certificate. */
  async issue(
    name: string,
    { days = 2, san = "IP:127.0.0.1" } = {},
  ): Promise<{ file: string; key: string; cert: string }> {
    const path = (end: string) => join(this.#folder, `${name}.${end}`);
    await openssl(
      "req",
      "-subj",
      `/CN=${name}`,
      "-addext",
      `subjectAltName=${san}`,
      ...newKey(path("key")),
      "-out",
      path("csr"),
    );
    const signed = ["-CA", this.file, "-CAkey", this.#path("key"), "-CAcreateserial", "-copy_extensions", "copy"];
    await openssl("x509", "-req", "-in", path("csr"), ...signed, "-days", String(days), "-out", path("crt"));
    const [key, cert] = [readFileSync(path("key"), "utf8"), readFileSync(path("crt"), "utf8")];
    writeFileSync(path("pem"), key + cert);
    return { file: path("pem"), key, cert };
  }

  #path(end: string): string {
    return join(this.#folder, `${this.#name}.${end}`);
  }
}

function newKey(file: string): readonly string[] {
  return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file];
}
