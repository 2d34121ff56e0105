import { describe, expect, it } from "vitest";
import { settle, summary } from "./tally.ts";

const skip = { title: "journey", reason: "no browser" };

describe("summary", () => {
  it("adds everything up into the plain line", () => {
    expect(
      summary([
        { passed: 2, failed: 0, skipped: [], unsteady: [] },
        { passed: 3, failed: 1, skipped: [], unsteady: [] },
      ]),
    ).toBe("5 passed, 1 failed");
  });

  it("mentions skips only when there are some", () => {
    expect(summary([{ passed: 2, failed: 0, skipped: [skip], unsteady: [] }])).toBe("2 passed, 0 failed, 1 skipped");
  });
});

describe("settle", () => {
  it("keeps what the report says when the exit code agrees", () => {
    expect(settle({ passed: 2, failed: 0, skipped: [skip], unsteady: [] }, 0)).toEqual({
      passed: 2,
      failed: 0,
      skipped: [skip],
      unsteady: [],
    });
    expect(settle({ passed: 2, failed: 3, skipped: [], unsteady: [] }, 1).failed).toBe(3);
  });

  it("counts a failure when the program broke without failing a test, or left no report", () => {
    expect(settle({ passed: 2, failed: 0, skipped: [], unsteady: [] }, 1).failed).toBe(1);
    expect(settle({ passed: 2, failed: 0, skipped: [], unsteady: [] }, null).failed).toBe(1);
    expect(settle(null, 0).failed).toBe(1);
  });
});
