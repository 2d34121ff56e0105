import { describe, expect, it } from "vitest";
import { onTop, sideBySide } from "./three-way";

const base = { name: "a", retries: 1, timeouts: { idleMs: 5, totalMs: 9 }, aliases: ["x"], version: 1 };

describe("two changes of one object", () => {
  it("stand side by side, with what both changed first", () => {
    const theirs = { ...base, name: "b", retries: 2, version: 2 };
    const mine = { name: "c", retries: 1, aliases: ["x", "y"], version: 1 };
    expect(sideBySide(base, theirs, mine)).toMatchObject([
      { path: "name", theirs: { after: "b" }, mine: { after: "c" } },
      { path: "retries", theirs: { after: 2 }, mine: null },
      { path: "aliases", theirs: null, mine: { added: ["y"] } },
    ]);
  });

  it("never count the version as a difference", () => {
    expect(sideBySide(base, { ...base, version: 7 }, { version: 1 })).toEqual([]);
  });
});

describe("putting mine on top", () => {
  it("sends only what I changed, so that theirs stays where I left it alone", () => {
    const theirs = { ...base, retries: 5, version: 2 };
    expect(onTop(base, theirs, { ...base, name: "mine" })).toEqual({ name: "mine" });
  });

  it("keeps their part of a value whose other part I changed", () => {
    const theirs = { ...base, timeouts: { idleMs: 7, totalMs: 9, connectMs: 1 }, version: 2 };
    expect(onTop(base, theirs, { timeouts: { idleMs: 5, totalMs: 20 } })).toEqual({
      timeouts: { idleMs: 7, totalMs: 20, connectMs: 1 },
    });
  });

  it("takes away what I took away", () => {
    expect(onTop(base, { ...base, version: 2 }, { timeouts: { idleMs: 5 } })).toEqual({ timeouts: { idleMs: 5 } });
  });

  it("sends a secret I typed, which no stored object has", () => {
    expect(onTop(base, base, { apiKey: "new" })).toEqual({ apiKey: "new" });
  });
});
