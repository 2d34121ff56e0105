import { describe, expect, it } from "vitest";
import { isSluiceError } from "../errors.ts";
import { authenticate, type ClientAuthMode, checkClientAddress, clientKeyOf } from "./client-auth.ts";
import { makeCatalog, makeKey } from "./testing/gateway-kit.ts";

const now = Date.UTC(2030, 0, 1);
const catalog = makeCatalog({
  keys: {
    good: { key: makeKey() },
    off: { key: makeKey({ enabled: false }) },
    old: { key: makeKey({ expiresAt: now }) },
    rotated: { key: makeKey(), validUntil: now },
    grace: { key: makeKey(), validUntil: now + 1 },
  },
});

function codeOf(act: () => unknown): string {
  try {
    act();
    return "none";
  } catch (error) {
    if (isSluiceError(error)) return error.code;
    throw error;
  }
}
const auth = (sent: string | null, mode: ClientAuthMode = "required") =>
  authenticate(catalog, sent, mode, (key) => `hash:${key}`, now);

describe("the key a client sends", () => {
  it.each([
    [{ authorization: "Bearer k" }, "k"],
    [{ authorization: "bearer   k " }, "k"],
    [{ "x-api-key": "k" }, "k"],
    [{ "api-key": " k " }, "k"],
    [{ "x-goog-api-key": "k" }, "k"],
    [{ authorization: "Bearer k", "x-api-key": "k", "api-key": "k" }, "k"],
    [{ authorization: "Basic dTpw", "x-api-key": "k" }, "k"],
    [{}, null],
  ] as [Record<string, string>, string | null][])("is found in %j", (headers, key) => {
    expect(clientKeyOf(headers)).toBe(key);
  });

  it("may not be two different ones", () => {
    expect(codeOf(() => clientKeyOf({ authorization: "Bearer a", "x-api-key": "b" }))).toBe("conflicting_api_keys");
  });

  it.each([
    [null, "missing_api_key"],
    ["", "invalid_api_key"],
    ["unknown", "invalid_api_key"],
    ["x".repeat(10_000), "invalid_api_key"],
    ["' OR 1=1 --", "invalid_api_key"],
    ["off", "api_key_revoked"],
    ["rotated", "api_key_revoked"],
    ["old", "api_key_expired"],
  ])("%j is refused with %s", (sent, code) => {
    expect(codeOf(() => auth(sent))).toBe(code);
  });

  it("is accepted, also in the grace of a rotation", () => {
    expect(auth("good")?.id).toBe("key_k");
    expect(auth("grace")?.id).toBe("key_k");
  });

  it("may be absent where the mode says so, but not wrong", () => {
    expect(auth(null, "optional")).toBeNull();
    expect(auth("good", "optional")?.id).toBe("key_k");
    expect(codeOf(() => auth("unknown", "optional"))).toBe("invalid_api_key");
    expect(codeOf(() => auth("", "optional"))).toBe("invalid_api_key");
    expect(auth("unknown", "off")).toBeNull();
  });
});

describe("the address of a client", () => {
  const key = makeKey({ allowedIps: ["10.0.0.0/8", "192.168.1.5", "2001:db8::/32"] });

  it.each(["10.1.2.3", "192.168.1.5", "::ffff:10.9.9.9", "2001:db8::7"])("%s is inside", (address) => {
    expect(codeOf(() => checkClientAddress(key, address))).toBe("none");
  });

  it.each(["11.0.0.1", "192.168.1.6", "::1", "2001:db9::1", "not an address", null])("%s is outside", (address) => {
    expect(codeOf(() => checkClientAddress(key, address))).toBe("ip_not_allowed");
  });

  it("does not matter to a key without a list, nor without a key", () => {
    expect(codeOf(() => checkClientAddress(makeKey(), null))).toBe("none");
    expect(codeOf(() => checkClientAddress(null, null))).toBe("none");
  });
});
