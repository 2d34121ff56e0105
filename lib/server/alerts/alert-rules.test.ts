import { describe, expect, it } from "vitest";
import type { AlertState } from "../../db/alerts.ts";
import { decideAlerts, isQuiet, type Matter } from "./alert-rules.ts";

const matter = (id: string, level: Matter["level"] = "warning"): Matter => ({ id, level, text: `${id} is wrong` });
const settings = { level: "warning", repeatHours: 24, quietHours: null } as const;

/** A watch that looks every thirty seconds, beginning at noon. */
function watch(given: Partial<Parameters<typeof decideAlerts>[2]> = {}) {
  let seen: AlertState["matters"] = {};
  let nowMs = 0;
  return (present: Matter[], { waitMs = 30_000, minuteOfDay = 720 } = {}) => {
    nowMs += waitMs;
    const { message, matters } = decideAlerts(present, seen, { ...settings, ...given }, { nowMs, minuteOfDay });
    seen = matters;
    const ids = (list: Matter[] | undefined) => list?.map(({ id }) => id) ?? [];
    return message && { begun: ids(message.begun), still: ids(message.still), over: ids(message.over) };
  };
}

describe("alerts", () => {
  it("tell a matter when it was seen twice, once, and its end when it was missing twice", () => {
    const look = watch();
    expect(look([matter("a")])).toBeNull();
    expect(look([matter("a")])).toEqual({ begun: ["a"], still: [], over: [] });
    expect(look([matter("a")])).toBeNull();
    expect(look([])).toBeNull();
    expect(look([])).toEqual({ begun: [], still: [], over: ["a"] });
    expect(look([])).toBeNull();
  });

  it("tell what is critical at the first look", () => {
    expect(watch()([matter("a", "critical")])).toEqual({ begun: ["a"], still: [], over: [] });
  });

  it("say nothing of what flickers", () => {
    const look = watch();
    for (let i = 0; i < 5; i++) {
      expect(look([matter("a")])).toBeNull();
      look([]);
      expect(look([])).toBeNull();
    }
  });

  it("do not tell the end and a new beginning of what was away for one look", () => {
    const look = watch();
    look([matter("a")]);
    look([matter("a")]);
    look([]);
    expect(look([matter("a")])).toBeNull();
    expect(look([matter("a")])).toBeNull();
  });

  it("leave out what is below the level, and its end", () => {
    const look = watch({ level: "critical" });
    look([matter("a")]);
    expect(look([matter("a")])).toBeNull();
    look([]);
    expect(look([])).toBeNull();
  });

  it("tell again what is still there after the hours that were set", () => {
    const look = watch({ repeatHours: 2 });
    look([matter("a")]);
    look([matter("a")]);
    expect(look([matter("a")], { waitMs: 7_100_000 })).toBeNull();
    expect(look([matter("a")], { waitMs: 100_000 })).toEqual({ begun: [], still: ["a"], over: [] });
  });

  it("wait in quiet hours with all but what is critical, and tell afterwards what is still so", () => {
    const look = watch({ quietHours: { from: "22:00", to: "07:00" } });
    const night = { minuteOfDay: 23 * 60 };
    look([matter("a"), matter("gone")], night);
    expect(look([matter("a"), matter("gone"), matter("b", "critical")], night)).toEqual({
      begun: ["b"],
      still: [],
      over: [],
    });
    look([matter("a"), matter("b", "critical")], night);
    look([matter("a"), matter("b", "critical")], night);
    expect(look([matter("a"), matter("b", "critical")], { minuteOfDay: 7 * 60 })).toEqual({
      begun: ["a"],
      still: [],
      over: [],
    });
  });

  it.each([
    ["22:00", "07:00", 22 * 60, true],
    ["22:00", "07:00", 6 * 60 + 59, true],
    ["22:00", "07:00", 7 * 60, false],
    ["09:00", "17:00", 12 * 60, true],
    ["09:00", "17:00", 8 * 60, false],
  ])("know whether it is quiet from %s to %s at minute %d", (from, to, minute, expected) => {
    expect(isQuiet({ from, to }, minute)).toBe(expected);
  });
});
