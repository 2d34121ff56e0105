import { clientAddressFrom } from "../doors/client-address.ts";
import { environment } from "./runtime.ts";

/** This machine and private networks, where a proxy in front stands unless somebody says otherwise. */
const nearby = ["127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** `x-forwarded-for` as our front server leaves it: what proxies said, and the connection's own address at its end. */
function addressBehind(proxies: readonly string[], headers: Headers): string | null {
  const hops = (headers.get("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  const peer = hops.pop();
  return clientAddressFrom(proxies)(peer || undefined, hops.join(","))?.slice(0, 60) ?? null;
}

/**
 * Who visits the console or the portal, for slowing tries down and for the audit log: the last address that a proxy of
 * ours vouches for. What a client wrote itself before that is never taken, so that nobody gets a new address for every
 * try. Proxies are those of TRUSTED_PROXIES, else whatever is near.
 */
export function visitorAddress(headers: Headers): string | null {
  const { trustedProxies } = environment();
  return addressBehind(trustedProxies.length > 0 ? trustedProxies : nearby, headers);
}

/** The same for comparing with a key's allowed addresses, judged as the gateway judges calls: TRUSTED_PROXIES only. */
export function holderAddress(headers: Headers): string | null {
  return addressBehind(environment().trustedProxies, headers);
}
