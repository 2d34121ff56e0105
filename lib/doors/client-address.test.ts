import { describe, expect, it } from "vitest";
import { clientAddressFrom } from "./client-address.ts";

describe("the address of a client", () => {
  it("is that of its connection where no proxy is trusted, whatever a header says", () => {
    const addressOf = clientAddressFrom([]);
    expect(addressOf("203.0.113.9", "10.0.0.1")).toBe("203.0.113.9");
    expect(addressOf(undefined, "10.0.0.1")).toBeNull();
    expect(addressOf("::ffff:127.0.0.1", undefined)).toBe("127.0.0.1");
  });

  const addressOf = clientAddressFrom(["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"]);
  it.each([
    ["a client that writes the header itself", "203.0.113.9", "10.1.1.1", "203.0.113.9"],
    ["one trusted proxy", "10.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["a chain of trusted proxies", "10.0.0.1", "203.0.113.9, 192.0.2.7, 10.9.9.9", "203.0.113.9"],
    ["what the client wrote before a trusted proxy", "10.0.0.1", "10.1.2.3, 203.0.113.9", "203.0.113.9"],
    ["a stranger in the middle of the chain", "10.0.0.1", "198.51.100.1, 203.0.113.9, 10.2.2.2", "203.0.113.9"],
    ["a chain of nobody but proxies", "10.0.0.1", "10.3.3.3", "10.3.3.3"],
    ["a trusted proxy that says nothing", "10.0.0.1", undefined, "10.0.0.1"],
    ["a trusted proxy that hides its client", "10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"],
    ["an IPv4 address written as IPv6", "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["a client whose IPv4 is written as IPv6", "10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"],
    ["IPv6 with a port", "2001:db8::5", "[2001:db9::1]:4711", "2001:db9::1"],
    ["IPv4 with a port", "10.0.0.1", "203.0.113.9:4711", "203.0.113.9"],
  ])("is found behind %s", (_what, peer, forwardedFor, expected) => {
    expect(addressOf(peer, forwardedFor)).toBe(expected);
  });
});
