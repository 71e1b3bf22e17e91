import { once } from "node:events";
import { access, constants, stat } from "node:fs/promises";
import { createServer, isIP, connect as tcpConnect } from "node:net";
import { dirname, resolve } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { hostAndPort } from "../../model/host-and-port.ts";
import { UserError } from "../../model/user-error.ts";
import type { Listen } from "./values.ts";

/** How long a server may take to accept a connection, ms. */
const TIMEOUT = 5000;

/** Connects, with TLS where the address says so, and sends nothing. */
export async function reachServer(address: string): Promise<string> {
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, "");
  const isTls = protocol === "https:";
  const where = { host, port: Number(port) || (isTls ? 443 : 80) };
  const socket = isTls
    ? tlsConnect({ ...where, ...(isIP(host) === 0 ? { servername: host } : {}) })
    : tcpConnect(where);
  try {
    await once(socket, isTls ? "secureConnect" : "connect", { signal: AbortSignal.timeout(TIMEOUT) });
  } catch (error) {
    throw new UserError(unreachable(error, where));
  } finally {
    socket.destroy();
  }
  return isTls ? "reachable, and its certificate is trusted" : "reachable";
}

function unreachable(error: unknown, { host, port }: { readonly host: string; readonly port: number }): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError")
    return `${host}:${port} does not answer within ${TIMEOUT / 1000} s; is there a firewall?`;
  const code = "code" in error ? String(error.code) : "";
  const why = error.message || code;
  if (/CERT|SIGNATURE|ISSUER|ALTNAME/.test(code))
    return `its certificate is not trusted (${why}); name its authority's file in the environment variable NODE_EXTRA_CA_CERTS`;
  if (code === "EPROTO" || code.startsWith("ERR_SSL"))
    return `${host}:${port} does not speak TLS; is it http:// and not https://?`;
  return `cannot be reached (${why}); check the address`;
}

/** Whether something can be read: a file, or a folder's list of files. */
export async function findReadable(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`cannot be read (${error.message}); check the path`);
  });
  await access(path, found.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK).catch(() => {
    throw new UserError("must not be read by this user; change its permissions, or run as another");
  });
  return found.isDirectory() ? "a folder that can be read" : "a file that can be read";
}

/** Whether a folder can be written to, or be made. */
export async function findWritable(folder: string): Promise<string> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new UserError(`${folder} cannot be used (${error.message}); name another folder`);
  });
  if (found === undefined) {
    await findWritable(dirname(resolve(folder)));
    return `${folder}, which will be made`;
  }
  if (!found.isDirectory()) throw new UserError(`${folder} is no folder; name another`);
  await access(folder, constants.W_OK | constants.X_OK).catch(() => {
    throw new UserError(
      `${folder} must not be written to by this user; change its permissions, or name another folder`,
    );
  });
  return folder;
}

/** Whether one may listen there, or a rootcause does. */
export async function findFree(listen: Listen): Promise<string> {
  const { host, port } = listen;
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    const why = error instanceof Error ? error.message : String(error);
    if (code === "EADDRINUSE" && (await isRootcause(listen))) return "a rootcause listens there already";
    throw new UserError(
      code === "EADDRINUSE"
        ? "another process listens there; give another address"
        : `cannot be listened on (${why}); give another address`,
    );
  } finally {
    server.close();
  }
  return "free";
}

/** Whether a `rootcause run` answers there. */
export async function isRootcause({ host, port }: Listen): Promise<boolean> {
  const url = `http://${hostAndPort(host, port)}/healthz`;
  try {
    const response = await fetch(url, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
    return response.headers.get("server") === "rootcause";
  } catch {
    return false;
  }
}
