import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hiddenValue } from "../secret-headers.ts";
import { hasClearSecret, openedHeaders, sealedHeaders, shownStoredHeaders } from "./header-secrets.ts";

const owner = { id: "prv_1", baseUrl: "https://one.example/v1", masterKey: randomBytes(32) };
const clear = { "x-api-token": "very-secret", "X-Trace": "on", authorization: "Bearer {{api_key}}" };

describe("secret headers of a provider", () => {
  it("are stored sealed, and others as they are", () => {
    const stored = sealedHeaders(clear, owner);
    expect(JSON.stringify(stored)).not.toContain("very-secret");
    expect(stored).toMatchObject({ "X-Trace": "on", authorization: "Bearer {{api_key}}" });
    expect(openedHeaders(stored, owner)).toEqual(clear);
  });

  it("are sealed once, however often they pass", () => {
    const stored = sealedHeaders(clear, owner);
    expect(sealedHeaders(stored, owner)).toEqual(stored);
  });

  it.each([
    ["at another origin", { ...owner, baseUrl: "https://two.example/v1" }],
    ["in another provider", { ...owner, id: "prv_2" }],
    ["under another key", { ...owner, masterKey: randomBytes(32) }],
  ])("open nothing %s, which is told", (_, other) => {
    const told: string[] = [];
    expect(openedHeaders(sealedHeaders(clear, owner), other, (name) => told.push(name))).not.toHaveProperty(
      "x-api-token",
    );
    expect(told).toEqual(["x-api-token"]);
  });

  it("are read where an earlier version stored them in the clear, and found there", () => {
    expect(openedHeaders(clear, owner)).toEqual(clear);
    expect(hasClearSecret(clear)).toBe(true);
    expect(hasClearSecret(sealedHeaders(clear, owner))).toBe(false);
  });

  it("are shown as hidden, sealed or not", () => {
    const shown = { ...clear, "x-api-token": hiddenValue };
    expect(shownStoredHeaders(sealedHeaders(clear, owner))).toEqual(shown);
    expect(shownStoredHeaders(clear)).toEqual(shown);
  });
});
