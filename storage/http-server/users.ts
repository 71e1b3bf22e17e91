import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isLoopback } from "../is-loopback.ts";
import { Exception } from "./exception.ts";

/** Someone who may ask. */
export interface User {
  readonly name: string;
  /** Undefined: none is asked for. */
  readonly password: string | undefined;
  /** May read and nothing else. */
  readonly isReadOnly: boolean;
}

/**
 * Who asks, by the headers X-ClickHouse-User and -Key, basic authentication, or `user` and `password` in the URL; `default` when no one is named.
 * @throws Exception when there is no such user, or the password is another.
 */
export function authenticate(request: IncomingMessage, url: URLSearchParams, users: readonly User[]): User {
  const { name, password } = credentials(request, url);
  const user = users.find((known) => known.name === name);
  if (user === undefined || (user.password !== undefined && !isSame(password, user.password)))
    throw new Exception(
      "AUTHENTICATION_FAILED",
      `${name}: Authentication failed: password is incorrect, or there is no user with such name.`,
    );
  if (user.password === undefined) refuseOtherSites(request);
  return user;
}

function credentials({ headers }: IncomingMessage, url: URLSearchParams): { name: string; password: string } {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? "")?.[1];
  if (basic !== undefined) {
    const text = Buffer.from(basic, "base64").toString();
    const colon = text.indexOf(":");
    return colon === -1 ? named(text, "") : named(text.slice(0, colon), text.slice(colon + 1));
  }
  const [name] = [headers["x-clickhouse-user"]].flat();
  const [key] = [headers["x-clickhouse-key"]].flat();
  return name === undefined && key === undefined
    ? named(url.get("user"), url.get("password"))
    : named(name ?? null, key ?? null);
}

function named(name: string | null, password: string | null) {
  return { name: name || "default", password: password ?? "" };
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * Where no password is asked for, a web page that someone on this machine looks at could ask too. Browsers say on whose behalf they ask, and which
 * name led them here.
 */
function refuseOtherSites({ headers }: IncomingMessage): void {
  const host = (headers.host ?? "").replace(/:\d+$/, "");
  const isOfPage = headers.origin !== undefined || !["none", undefined].includes(headers["sec-fetch-site"]?.toString());
  if (!isLoopback(host) || isOfPage)
    throw new Exception("ACCESS_DENIED", "Without a password this store answers programs on its own machine only.");
}
