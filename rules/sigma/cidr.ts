import { BlockList, isIP, isIPv4 } from "node:net";

/** A block of addresses, `10.0.0.0/8` or `fe80::/10`. */
export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

/** Reads CIDR notation; undefined when it is none. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([0-9a-fA-F:.]{2,45})\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? "";
  const prefix = Number(match?.[2]);
  const version = isIP(address);
  if (version === 0 || !(prefix <= (version === 4 ? 32 : 128))) return undefined;
  return Object.freeze({ address, prefix, family: version === 4 ? "ipv4" : "ipv6" });
}

/** Whether a text is an address of the network; what is no address is in none. A zone (`fe80::1%3`) is passed over. */
export function networkTest(network: Network): (text: string) => boolean {
  const block = new BlockList();
  block.addSubnet(network.address, network.prefix, network.family);
  return (text) => {
    const address = text.split("%", 1)[0] ?? "";
    return isIP(address) !== 0 && block.check(address, isIPv4(address) ? "ipv4" : "ipv6");
  };
}
