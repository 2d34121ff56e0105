import { describe, expect, it } from "vitest";
import type { AlertState } from "../../db/alerts.ts";
import { decideAlerts, isQuiet, type Matter } from "./alert-rules.ts";

const matter = (id: string, level: Matter["level"] = "warning"): Matter => ({
  id,
  level,
  text: `${id} is wrong`,
  path: "/status",
});
const settings = { level: "warning", repeatHours: 24, quietHours: null } as const;

type Given = Partial<Parameters<typeof decideAlerts>[2]>;

/** A watch that looks every thirty seconds, beginning at noon. What a look is given is set from then on. */
function watch(given: Given = {}) {
  let seen: AlertState["matters"] = {};
  let nowMs = 0;
  return (
    present: Matter[],
    {
      waitMs = 30_000,
      minuteOfDay = 720,
      isKnown = (_id: string) => true,
      set = {},
    }: { waitMs?: number; minuteOfDay?: number; isKnown?: (id: string) => boolean; set?: Given } = {},
  ) => {
    nowMs += waitMs;
    Object.assign(given, set);
    const moment = { nowMs, minuteOfDay, isKnown };
    const { message, matters } = decideAlerts(present, seen, { ...settings, ...given }, moment);
    seen = matters;
    const ids = (list: Pick<Matter, "id">[] | undefined) => list?.map(({ id }) => id) ?? [];
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

  it("tell at once what got worse, and once only when it comes and goes", () => {
    const look = watch();
    look([matter("a")]);
    look([matter("a")]);
    expect(look([matter("a", "critical")])).toEqual({ begun: ["a"], still: [], over: [] });
    expect(look([matter("a", "critical")])).toBeNull();
    expect(look([matter("a")])).toBeNull();
    expect(look([matter("a", "critical")])).toBeNull();
  });

  it("do not call over what cannot be looked at", () => {
    const look = watch();
    look([matter("a")]);
    look([matter("a")]);
    const isKnown = (id: string) => id !== "a";
    for (let i = 0; i < 5; i++) expect(look([], { isKnown })).toBeNull();
    look([]);
    expect(look([])).toEqual({ begun: [], still: [], over: ["a"] });
  });

  it("call what is there, but no longer worth telling, over when it is", () => {
    const look = watch();
    look([matter("a")]);
    look([matter("a")]);
    expect(look([matter("a")], { set: { level: "critical" } })).toBeNull();
    expect(look([matter("a")])).toBeNull();
    look([]);
    expect(look([])).toEqual({ begun: [], still: [], over: ["a"] });
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
