import { describe, expect, it } from "vitest";
import { startOfDay, startOfMonth } from "./zoned-time.ts";

const at = (text: string) => Date.parse(text);
const shown = (ms: number) => new Date(ms).toISOString();

describe("days and months of a zone", () => {
  it.each([
    ["2026-03-01T10:00:00Z", "UTC", 0, "2026-03-01T00:00:00.000Z"],
    ["2026-03-01T10:00:00Z", "Asia/Tokyo", 0, "2026-02-28T15:00:00.000Z"],
    ["2026-03-01T10:00:00Z", "Asia/Kolkata", 0, "2026-02-28T18:30:00.000Z"],
    ["2026-03-29T12:00:00Z", "Europe/Berlin", 0, "2026-03-28T23:00:00.000Z"],
    ["2026-03-29T12:00:00Z", "Europe/Berlin", 1, "2026-03-29T22:00:00.000Z"],
    ["2026-10-25T12:00:00Z", "Europe/Berlin", 1, "2026-10-25T23:00:00.000Z"],
    ["2026-12-31T12:00:00Z", "UTC", 1, "2027-01-01T00:00:00.000Z"],
  ])("at %s in %s, %i days on, begins %s", (instant, zone, days, expected) => {
    expect(shown(startOfDay(at(instant), zone, days))).toBe(expected);
  });

  it("begins at the first instant there is where midnight is skipped", () => {
    expect(shown(startOfDay(at("2026-04-24T12:00:00Z"), "Africa/Cairo"))).toBe("2026-04-23T22:00:00.000Z");
  });

  it("begins months likewise", () => {
    expect(shown(startOfMonth(at("2026-03-31T23:30:00Z"), "Europe/Berlin"))).toBe("2026-03-31T22:00:00.000Z");
    expect(shown(startOfMonth(at("2026-03-31T23:30:00Z"), "UTC"))).toBe("2026-03-01T00:00:00.000Z");
  });

  it("finds the next month over the end of a year and over a change of clocks", () => {
    expect(shown(startOfMonth(at("2026-12-31T12:00:00Z"), "UTC", 1))).toBe("2027-01-01T00:00:00.000Z");
    expect(shown(startOfMonth(at("2026-10-31T12:00:00Z"), "Europe/Berlin", 1))).toBe("2026-10-31T23:00:00.000Z");
    expect(shown(startOfMonth(at("2026-01-31T12:00:00Z"), "Asia/Tokyo", 1))).toBe("2026-01-31T15:00:00.000Z");
  });
});
