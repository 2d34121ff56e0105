import { describe, expect, it } from "vitest";
import { isCommonPassword } from "../schemas/common-passwords.ts";
import { hashPassword, passwordProblem, verifyPassword } from "./passwords.ts";

describe("a stored password", () => {
  it("lets in the password it was made from and no other", async () => {
    const stored = await hashPassword("a long enough phrase");
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifyPassword(stored, "a long enough phrase")).toBe(true);
    expect(await verifyPassword(stored, "a long enough phrasE")).toBe(false);
  });

  it("is different every time", async () => {
    expect(await hashPassword("a long enough phrase")).not.toBe(await hashPassword("a long enough phrase"));
  });

  it("is no password itself", async () => {
    const stored = await hashPassword("a long enough phrase");
    expect(await verifyPassword(stored, stored)).toBe(false);
  });

  it("is the same for both spellings of an accent", async () => {
    const stored = await hashPassword("caf\u00e9 au lait, s'il vous");
    expect(await verifyPassword(stored, "cafe\u0301 au lait, s'il vous")).toBe(true);
  });

  it("counts every character of a long one", async () => {
    const long = `${"x1-".repeat(300)}end`;
    const stored = await hashPassword(long);
    expect(await verifyPassword(stored, long)).toBe(true);
    expect(await verifyPassword(stored, `${"x1-".repeat(300)}enD`)).toBe(false);
  });

  it("refuses a megabyte, a NUL and a damaged hash without work", async () => {
    const stored = await hashPassword("a long enough phrase");
    expect(await verifyPassword(stored, "a".repeat(1_000_000))).toBe(false);
    expect(await verifyPassword(stored, "a long enough phrase\0")).toBe(false);
    expect(await verifyPassword("plaintext", "plaintext")).toBe(false);
  });

  it("never lets anybody in where there is no account, at about the same cost", async () => {
    const stored = await hashPassword("a long enough phrase");
    const time = async (hash: string | null) => {
      const start = performance.now();
      for (let i = 0; i < 5; i++) await verifyPassword(hash, "some other phrase");
      return performance.now() - start;
    };
    expect(await verifyPassword(null, "")).toBe(false);
    const [known, unknown] = [await time(stored), await time(null)];
    expect(unknown / known).toBeGreaterThan(0.3);
    expect(unknown / known).toBeLessThan(3);
  });
});

describe("a new password", () => {
  it.each([
    "password",
    "Password123!",
    "PASSW0RD",
    "qwertyuiop",
    "1234567890",
    "0987654321",
    "abcdefghijkl",
    "aaaaaaaaaaaa",
    "abababababab",
    "Summer2026!",
    "sluice-2026",
    "changeme",
    "Administrator1",
  ])("%s is too common", (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each([
    "correct horse staple tea",
    "v7#kQ!zt-9mB",
    "кошка на крыше",
    "パスワードではない言葉",
    "🦊🐢🦉🐝🐌🦀🐙🦔🦜🐎",
  ])("%s is not", (password) => {
    expect(passwordProblem(password, { username: "mara" })).toBeNull();
  });

  it("has ten characters, counted as people count them", () => {
    expect(passwordProblem("🦊🐢🦉🐝🐌", { username: "mara" })).toBe("too_short");
    expect(passwordProblem("k7-tq9-zp", { username: "mara" })).toBe("too_short");
    expect(passwordProblem("k7-tq9-zpx", { username: "mara" })).toBeNull();
  });

  it("has at most 1,024 bytes and no NUL", () => {
    expect(passwordProblem(`${"xy".repeat(512)}z`, { username: "mara" })).toBe("too_long");
    expect(passwordProblem("a long enough\0phrase", { username: "mara" })).toBe("nul");
  });

  it("is not the name with a few signs", () => {
    expect(passwordProblem("Margaret-Hamilton1", { username: "margaret-hamilton" })).toBe("like_username");
  });
});
