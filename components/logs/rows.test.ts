import { describe, expect, it } from "vitest";
import type { CallView } from "@/lib/schemas/logs";
import { heldBackMost, holdBack, markedUpTo, mergeRows, neighbour, nothingHeldBack } from "./rows";

function call(id: string, at = "2026-01-01T00:00:00.000Z"): CallView {
  return { id, requestId: `req_${id}`, at } as CallView;
}
const nothingShown = () => false;

describe("holdBack", () => {
  it("holds the newest first and each call once", () => {
    let held = holdBack(nothingHeldBack, call("a"), nothingShown);
    held = holdBack(held, call("b"), nothingShown);
    held = holdBack(held, call("a"), nothingShown);
    held = holdBack(held, call("c"), (id) => id === "c");
    expect(held.calls.map(({ id }) => id)).toEqual(["b", "a"]);
  });

  it("only counts beyond what it holds", () => {
    let held = nothingHeldBack;
    for (let index = 0; index < heldBackMost + 3; index++) held = holdBack(held, call(`x${index}`), nothingShown);
    expect(held.calls).toHaveLength(heldBackMost);
    expect(held.more).toBe(3);
  });
});

describe("mergeRows", () => {
  it("sorts by arrival, newest first, and shows a call once", () => {
    const rows = mergeRows(
      [call("new", "2026-01-01T00:00:05.000Z"), call("slow", "2026-01-01T00:00:01.000Z")],
      [call("mid", "2026-01-01T00:00:03.000Z"), call("slow", "2026-01-01T00:00:01.000Z")],
    );
    expect(rows.map(({ id }) => id)).toEqual(["new", "mid", "slow"]);
  });
});

describe("neighbour", () => {
  const rows = [call("a"), call("b"), call("c")];
  it("walks the list and stops at its ends", () => {
    expect(neighbour(rows, "a", 1)).toBe("b");
    expect(neighbour(rows, "req_b", -1)).toBe("a");
    expect(neighbour(rows, "c", 1)).toBeNull();
    expect(neighbour(rows, "a", -1)).toBeNull();
  });
  it("starts at the first row when the selected one is not listed", () => {
    expect(neighbour(rows, "gone", 1)).toBe("a");
    expect(neighbour([], "gone", 1)).toBeNull();
  });
});

describe("markedUpTo", () => {
  const rows = [call("a"), call("b"), call("c"), call("d")];
  const ids = (marked: ReadonlySet<string>) => [...marked].sort();
  it("marks a row and unmarks it again", () => {
    const once = markedUpTo(rows, new Set(), "b", null);
    expect(ids(once)).toEqual(["b"]);
    expect(ids(markedUpTo(rows, once, "b", null))).toEqual([]);
  });
  it("marks everything between two rows, in either direction", () => {
    expect(ids(markedUpTo(rows, new Set(["c"]), "a", "c"))).toEqual(["a", "b", "c"]);
    expect(ids(markedUpTo(rows, new Set(["b"]), "d", "b"))).toEqual(["b", "c", "d"]);
  });
  it("marks the row alone when the other one is gone", () => {
    expect(ids(markedUpTo(rows, new Set(), "b", "gone"))).toEqual(["b"]);
  });
});
