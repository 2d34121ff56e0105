import ipaddr from "ipaddr.js";
import { SluiceError } from "../errors.ts";

export type EgressPolicy = {
  /** Loopback and private addresses may be upstreams. */
  allowPrivate: boolean;
  /** Exceptions while `allowPrivate` is false: a host name, address or CIDR, with the one port it opens. */
  allow: readonly { host: string; port: number }[];
  /** Our own listening port: an upstream there would be a loop. */
  ownPort: number | null;
};

/** Link-local and the metadata services of the clouds: never an upstream, whatever the policy. */
const neverRanges = [
  "169.254.0.0/16",
  "fe80::/10",
  "fd00:ec2::/32",
  "100.100.100.200/32",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "0.0.0.0/8",
  "::/128",
  "255.255.255.255/32",
  "224.0.0.0/4",
  "ff00::/8",
].map((range) => ipaddr.parseCIDR(range));

const neverHosts = new Set(["metadata.google.internal", "metadata.goog", "metadata", "instance-data"]);

/** Ports where an HTTP request does harm (mail, shells, databases) or cannot mean an AI provider. */
const neverPorts = new Set([22, 23, 25, 110, 143, 465, 587, 993, 995, 3306, 5432, 6379, 11211, 27017]);

const privateRanges = new Set([
  "loopback",
  "private",
  "uniqueLocal",
  "carrierGradeNat",
  "reserved",
  "linkLocal",
  "deprecatedSiteLocal",
  "benchmarking",
]);

/** IPv4 wherever it hides: mapped, translated and tunnelled addresses are judged by the address inside. */
function innermost(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() === "ipv4") return address;
  const v6 = address as ipaddr.IPv6;
  const bytes = v6.toByteArray();
  switch (v6.range()) {
    case "ipv4Mapped":
    case "rfc6145":
    case "rfc6052":
      return ipaddr.fromByteArray(bytes.slice(12));
    case "6to4":
      return ipaddr.fromByteArray(bytes.slice(2, 6));
    case "teredo":
      // The client's address, with every bit turned (RFC 4380 §4).
      return ipaddr.fromByteArray(bytes.slice(12).map((byte) => byte ^ 0xff));
    case "unicast":
      // `::127.0.0.1`, the form RFC 4291 §2.5.5.1 gave up.
      return bytes.slice(0, 12).every((byte) => byte === 0) ? ipaddr.fromByteArray(bytes.slice(12)) : v6;
    default:
      return v6;
  }
}

/**
 * Why a connection to this address and port is forbidden; null = it is allowed. Asked for the address that is really
 * dialled, so a name that changes its mind between check and use gains nothing.
 */
export function forbiddenAddress(text: string, port: number, policy: EgressPolicy, host: string = text): string | null {
  if (!ipaddr.isValid(text)) return "not an address";
  const address = innermost(ipaddr.parse(text));
  for (const [network, prefix] of neverRanges)
    if (address.kind() === network.kind() && address.match(network, prefix)) return "link-local or metadata address";
  if (!privateRanges.has(address.range())) return null;
  if (policy.ownPort !== null && port === policy.ownPort && address.range() === "loopback")
    return "this gateway itself";
  if (policy.allowPrivate || isListed(address, port, host, policy)) return null;
  return "private address";
}

function isListed(address: ipaddr.IPv4 | ipaddr.IPv6, port: number, host: string, { allow }: EgressPolicy): boolean {
  return allow.some((entry) => {
    if (entry.port !== port) return false;
    if (entry.host === host.toLowerCase()) return true;
    if (!entry.host.includes("/"))
      return ipaddr.isValid(entry.host) && ipaddr.process(entry.host).toString() === address.toString();
    const [network, prefix] = ipaddr.parseCIDR(entry.host);
    return network.kind() === address.kind() && address.match(network, prefix);
  });
}

/**
 * Checks a base URL as far as it can be without asking a name server; the rest is checked when it is dialled.
 * @throws SluiceError egress_denied with a fixed reason.
 */
export function checkUpstreamUrl(url: string, policy: EgressPolicy): void {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password)
    throw denied("only http and https addresses without user and password are upstreams");
  const host = parsed.hostname
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")
    .toLowerCase();
  const port = Number(parsed.port || (parsed.protocol === "https:" ? 443 : 80));
  if (neverHosts.has(host)) throw denied("link-local or metadata address");
  if (neverPorts.has(port) && !policy.allow.some((entry) => entry.port === port && entry.host === host))
    throw denied(`port ${port} is never an upstream`);
  const literal = ipaddr.isValid(host)
    ? host
    : host === "localhost" || host.endsWith(".localhost")
      ? "127.0.0.1"
      : null;
  const reason = literal && forbiddenAddress(literal, port, policy, host);
  if (reason) throw denied(reason);
}

function denied(reason: string): SluiceError {
  return new SluiceError("egress_denied", `This address may not be called: ${reason}.`, {
    param: "baseUrl",
    details: { reason },
  });
}
