import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { ipRange, trimBaseUrl } from "./addresses.ts";

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

describe("base URLs", () => {
  it.each([
    ["https://api.example/v1", "https://api.example/v1", false],
    [" https://API.example:443/v1/ ", "https://api.example/v1", false],
    ["https://api.example/v1/chat/completions", "https://api.example/v1", true],
    ["https://api.example/v1/models/", "https://api.example/v1", true],
    ["https://api.example/v1?key=1#x", "https://api.example/v1", true],
    ["http://localhost:11434", "http://localhost:11434", false],
    ["https://api.example/openai/v1/messages", "https://api.example/openai/v1", true],
  ])("of %s is %s", (given, url, trimmed) => {
    expect(trimBaseUrl(given)).toEqual({ url, trimmed });
  });

  it.each([
    "",
    "api.example/v1",
    "file:///etc/passwd",
    "ws://a.example",
    "https://u@a.example",
    "https://u:p@a.example",
    "http://",
  ])("cannot be %s", (given) => {
    expect(trimBaseUrl(given)).toBeNull();
  });
});
