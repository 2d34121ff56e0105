import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadOrCreateMasterKey, masterKeyFile, parseMasterKey, readMasterKey } from "./master-key.ts";
import {
  hashAdminToken,
  hashClientKey,
  looksLikeClientKey,
  makeAdminToken,
  makeClientKey,
  openSecret,
  originOf,
  previewOf,
  redact,
  sealSecret,
  sessionSecret,
} from "./secrets.ts";

const masterKey = randomBytes(32);
const context = { table: "Credential", row: "crd_1", origin: "https://api.example.com" };

describe("a sealed secret", () => {
  test("opens to what was sealed, whatever characters it holds", () => {
    for (const text of ["", "sk-upstream", "ключ 🔑\n\u0000"]) {
      expect(openSecret(masterKey, sealSecret(masterKey, text, context), context)).toBe(text);
    }
  });

  test("differs every time", () => {
    expect(sealSecret(masterKey, "same", context)).not.toBe(sealSecret(masterKey, "same", context));
  });

  test("cannot be opened for another table, row or origin", () => {
    const sealed = sealSecret(masterKey, "upstream", context);
    for (const change of [{ table: "Other" }, { row: "crd_2" }, { origin: "https://evil.example.com" }]) {
      expect(() => openSecret(masterKey, sealed, { ...context, ...change })).toThrow(
        expect.objectContaining({ name: "SecretError", code: "not_authentic" }),
      );
    }
  });

  test("cannot be opened once any character was changed", () => {
    const sealed = sealSecret(masterKey, "upstream secret", context);
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice(0, i) + (sealed[i] === "A" ? "B" : "A") + sealed.slice(i + 1);
      const sameBytes = Buffer.from(changed.split(".")[3] ?? "", "base64url").equals(
        Buffer.from(sealed.split(".")[3] ?? "", "base64url"),
      );
      const lastCharacter = i === sealed.length - 1;
      if (lastCharacter && sameBytes) continue;
      expect(() => openSecret(masterKey, changed, context)).toThrow(expect.objectContaining({ name: "SecretError" }));
    }
  });

  test("names the wrong key as the reason", () => {
    const sealed = sealSecret(masterKey, "upstream", context);
    expect(() => openSecret(randomBytes(32), sealed, context)).toThrow(expect.objectContaining({ code: "other_key" }));
  });

  test("is bound to scheme, host and port of the base URL, not to its path", () => {
    expect(originOf("https://api.example.com/v1")).toBe(originOf("https://api.example.com/v2/"));
    expect(originOf("https://api.example.com")).not.toBe(originOf("http://api.example.com"));
    expect(originOf("https://api.example.com:8443/v1")).toBe("https://api.example.com:8443");
    expect(originOf("demo://built-in")).toBe("demo://built-in");
  });
});

describe("a client key", () => {
  test("is recognised by form and checksum before any hash", () => {
    for (let i = 0; i < 200; i++) expect(looksLikeClientKey(makeClientKey())).toBe(true);
    const key = makeClientKey();
    const at = 15;
    expect(looksLikeClientKey(key.slice(0, at) + (key[at] === "a" ? "b" : "a") + key.slice(at + 1))).toBe(false);
    for (const text of ["", "sk-proj-abc", "sk-sluice-", `${key}x`, key.slice(0, -1), key.toUpperCase()]) {
      expect(looksLikeClientKey(text)).toBe(false);
    }
  });

  test("hashes the same under one master key and differently under another, and unlike an admin token", () => {
    const key = makeClientKey();
    expect(hashClientKey(masterKey, key)).toBe(hashClientKey(Buffer.from(masterKey), key));
    expect(hashClientKey(masterKey, key)).not.toBe(hashClientKey(randomBytes(32), key));
    expect(hashClientKey(masterKey, key)).not.toBe(hashAdminToken(masterKey, key));
    expect(sessionSecret(masterKey)).toHaveLength(43);
  });

  test("shows only its prefix and last four", () => {
    const key = makeClientKey();
    expect(previewOf(key)).toBe(`sk-sluice-…${key.slice(-4)}`);
    expect(previewOf("sk-upstream-1234567890")).toBe("…7890");
    expect(previewOf("short")).toBe("…");
  });
});

describe("redact", () => {
  test("removes every known secret in plain, JSON-escaped and URL-encoded form", () => {
    const secret = 'pa"ss/wo+rd';
    const text = `${secret} ${JSON.stringify({ secret })} ?key=${encodeURIComponent(secret)}`;
    const clean = redact(text, [secret]);
    expect(clean).not.toContain("wo+rd");
    expect(clean).not.toContain("wo%2Brd");
  });

  test("removes what is shaped like a secret, known or not", () => {
    const token = makeAdminToken();
    const clean = redact(`Incorrect API key: sk-proj-abcdefgh1234. Authorization: Bearer abcdef.ghijkl ${token}`);
    expect(clean).not.toMatch(/abcdefgh1234|ghijkl/);
    expect(clean).not.toContain(token);
    expect(clean).toContain("Incorrect API key");
  });

  test("removes a longer secret whole when a shorter one is part of it", () => {
    expect(redact("abcd-efgh", ["abcd", "abcd-efgh"])).toBe("[redacted]");
  });
});

describe("the master key", () => {
  test("is read as hex or base64 and nothing else", () => {
    expect(parseMasterKey(masterKey.toString("hex"))).toEqual(masterKey);
    expect(parseMasterKey(masterKey.toString("base64"))).toEqual(masterKey);
    expect(parseMasterKey(masterKey.toString("base64url"))).toEqual(masterKey);
    for (const text of ["", "password", "0".repeat(63), masterKey.subarray(1).toString("base64")]) {
      expect(parseMasterKey(text)).toBeNull();
    }
  });

  test("is made once, readable only by its owner, and found again", () => {
    const dataDir = join(mkdtempSync(join(tmpdir(), "sluice-key-")), "data");
    expect(readMasterKey({ fromEnvironment: undefined, dataDir })).toBeNull();
    const made = loadOrCreateMasterKey({ fromEnvironment: undefined, dataDir });
    expect(statSync(join(dataDir, masterKeyFile)).mode & 0o777).toBe(0o600);
    expect(loadOrCreateMasterKey({ fromEnvironment: undefined, dataDir })).toEqual(made);
    expect(loadOrCreateMasterKey({ fromEnvironment: masterKey.toString("hex"), dataDir })).toEqual(masterKey);
  });

  test("is refused, and its file left alone, when it is not a key", () => {
    const dataDir = mkdtempSync(join(tmpdir(), "sluice-key-"));
    writeFileSync(join(dataDir, masterKeyFile), "nonsense");
    const refusal = expect.objectContaining({ name: "StartError", code: "invalid_encryption_key" });
    expect(() => loadOrCreateMasterKey({ fromEnvironment: undefined, dataDir })).toThrow(refusal);
    expect(readFileSync(join(dataDir, masterKeyFile), "utf8")).toBe("nonsense");
    expect(() => readMasterKey({ fromEnvironment: "short", dataDir })).toThrow(refusal);
  });
});
