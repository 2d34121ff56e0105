import ipaddr from "ipaddr.js";
import { plainAddress } from "../plain-address.ts";

/** Who a request comes from, by its connection and its `x-forwarded-for`; null = unknown. */
export type ClientAddress = (peer: string | undefined, forwardedFor: string | undefined) => string | null;

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Anybody can write `x-forwarded-for`, so it counts only as far as proxies of ours wrote it: from the connection
 * backwards, each address is believed while the one after it is a trusted proxy. The first that is none is the client.
 *
 * @param trustedProxies addresses and CIDR ranges; empty = the connection is the client
 */
export function clientAddressFrom(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return (peer) => (peer === undefined ? null : plainAddress(peer));
  const ranges = trustedProxies.map(rangeOf);
  const isTrusted = (text: string) => {
    const address = ipaddr.process(text);
    return ranges.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));
  };
  return (peer, forwardedFor) => {
    if (peer === undefined) return null;
    let client = peer;
    for (const hop of (forwardedFor ?? "").split(",").reverse()) {
      if (!ipaddr.isValid(client) || !isTrusted(client)) break;
      const address = withoutPort(hop.trim());
      // A proxy that hides who came to it ("unknown", "_x") leaves itself as the last that is known.
      if (!ipaddr.isValid(address)) break;
      client = address;
    }
    return plainAddress(client);
  };
}

function rangeOf(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
}
