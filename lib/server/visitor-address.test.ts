import { afterEach, describe, expect, it } from "vitest";
import { parseEnvironment } from "../env.ts";
import { setRuntimeForTests } from "./runtime.ts";
import { holderAddress, visitorAddress } from "./visitor-address.ts";

afterEach(() => setRuntimeForTests(undefined));

function behind(trustedProxies: string, forwardedFor: string | null) {
  const environment = parseEnvironment({ DATABASE_URL: "file:x.db", TZ: "UTC", TRUSTED_PROXIES: trustedProxies });
  setRuntimeForTests({ environment });
  const headers = new Headers(forwardedFor === null ? {} : { "x-forwarded-for": forwardedFor });
  return { visitor: visitorAddress(headers), holder: holderAddress(headers) };
}

describe("the address of a visitor", () => {
  it.each([
    ["of a direct connection", "", "203.0.113.9", "203.0.113.9"],
    ["behind a proxy on this machine", "", "203.0.113.9, 127.0.0.1", "203.0.113.9"],
    ["behind a proxy in a private network", "", "203.0.113.9, 172.18.0.1", "203.0.113.9"],
    ["that invents another before a proxy adds it", "", "1.2.3.4, 203.0.113.9, 127.0.0.1", "203.0.113.9"],
    ["behind a named proxy", "198.51.100.7", "1.2.3.4, 203.0.113.9, 198.51.100.7", "203.0.113.9"],
    ["on a private network, once proxies are named", "127.0.0.1", "1.2.3.4, 192.168.0.9, 127.0.0.1", "192.168.0.9"],
    ["of nobody known", "", null, null],
  ])("%s is found", (_what, trustedProxies, forwardedFor, expected) => {
    expect(behind(trustedProxies, forwardedFor).visitor).toBe(expected);
  });

  it("counts for a key's allowed addresses only as far as named proxies vouch for it", () => {
    expect(behind("", "10.1.2.3, 127.0.0.1").holder).toBe("127.0.0.1");
    expect(behind("127.0.0.1", "10.1.2.3, 127.0.0.1").holder).toBe("10.1.2.3");
  });
});
