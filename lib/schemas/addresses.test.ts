import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { ipRange } from "./addresses.ts";

describe("IP ranges", () => {
  const ranges = ["192.0.2.7", "10.0.0.0/8", "0.0.0.0/0", "::1", "2001:db8::/32", "fe80::1/128", "::ffff:10.0.0.1"];
  it.each(ranges)("accept %s, which the gateway's own matcher understands", (text) => {
    expect(ipRange.safeParse(text).success).toBe(true);
    expect(text.includes("/") ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text)).toBe(true);
  });

  it.each(["", "localhost", "10.0.0.0/33", "2001:db8::/129", "10.0.0", "1.2.3.4/", "10.0.0.0/8, 11.0.0.0/8", "0x7f.1"])(
    "refuse %s",
    (text) => {
      expect(ipRange.safeParse(text).success).toBe(false);
    },
  );
});
