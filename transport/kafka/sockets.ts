import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ISocketFactory } from "kafkajs";
import type { KafkaOptions } from "./options.ts";

/** How long a connection may be silent until it is asked whether the other side is there, ms. */
const KEEP_ALIVE = 60_000;

/**
 * Makes the connections to brokers. kafkajs 2.2.4 takes leave of one that is gone again whenever something fails during an outage; each time Node would
 * keep a listener for its connecting, which never comes, and print a MaxListenersExceededWarning after the eleventh.
 */
export function brokerSockets(tls: KafkaOptions["tls"]): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket =
      tls === undefined
        ? connectTcp({ host, port }, onConnect)
        : connectTls({ host, port, ...servername, ...(tls === true ? {} : tls) }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE);
    const unref = socket.unref.bind(socket);
    socket.unref = () => (socket.destroyed ? socket : unref());
    return socket;
  };
}
