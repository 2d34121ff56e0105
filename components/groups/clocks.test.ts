import { describe, expect, it } from "vitest";
import { clockLines } from "./clocks";

const instance = {
  ...{ connectMs: 5, firstTokenMs: 90, firstByteMs: 300, idleMs: 120, totalMs: 600, totalStreamMs: 3600 },
};
const inherited = { instance, providers: [{ id: "p", name: "P", timeouts: { idleMs: 200, connectMs: 2 } }] };
const lineOf = (timeouts: Record<string, number>, clock: string, ids = ["p", "q"]) =>
  clockLines(inherited, ids, timeouts).find((line) => line.clock === clock);

describe("the clocks of a group", () => {
  it("are the instance's, or those of each member's provider", () => {
    expect(lineOf({}, "firstByteMs")?.effective).toEqual({ least: 300, most: 300 });
    expect(lineOf({}, "idleMs")).toMatchObject({
      providers: [{ name: "P", ms: 200 }],
      effective: { least: 120, most: 200 },
    });
    expect(lineOf({}, "idleMs", ["p"])?.effective).toEqual({ least: 200, most: 200 });
  });

  it("can only be shortened by the group", () => {
    expect(lineOf({ idleMs: 150 }, "idleMs")?.effective).toEqual({ least: 120, most: 150 });
    expect(lineOf({ connectMs: 9 }, "connectMs")?.effective).toEqual({ least: 2, most: 5 });
  });

  it("of the whole call are the group's, else the instance's, with one of their own for streams", () => {
    expect(lineOf({}, "totalMs")?.effective).toEqual({ least: 600, most: 3600 });
    expect(lineOf({ totalMs: 900 }, "totalMs")?.effective).toEqual({ least: 900, most: 900 });
  });
});
