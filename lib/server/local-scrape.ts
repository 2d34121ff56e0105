import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

const forwarding = ["forwarded", "x-forwarded-for", "x-real-ip", "via"] as const;
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a request comes from a program on this machine and is not passed on by one: over loopback, with a loopback
 * name in `host` (a web page cannot fake that by giving its own name this address), and without a proxy's headers.
 */
export function isLocalScrape({ socket, headers }: Pick<IncomingMessage, "socket" | "headers">): boolean {
  return (
    isLoopback(socket.remoteAddress) &&
    loopbackHost.test(headers.host ?? "") &&
    forwarding.every((name) => headers[name] === undefined)
  );
}

function isLoopback(address = ""): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}
