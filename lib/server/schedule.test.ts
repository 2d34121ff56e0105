import { describe, expect, it } from "vitest";
import { previewSchedule } from "./schedule.ts";

const resets = (cron: string | null, zone: string, now: string) => previewSchedule(cron, zone, Date.parse(now)).resets;

describe("the preview of a schedule", () => {
  it("shows the next three local midnights where none is set, also over a change of clocks", () => {
    expect(resets(null, "Europe/Berlin", "2026-10-24T12:00:00Z")).toEqual([
      "2026-10-24T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
      "2026-10-26T23:00:00.000Z",
    ]);
  });

  it("never shows the moment it is asked at, and reads the schedule in the zone of the instance", () => {
    expect(resets("0 0 1 * *", "Asia/Tokyo", "2026-11-30T15:00:00Z")).toEqual([
      "2026-12-31T15:00:00.000Z",
      "2027-01-31T15:00:00.000Z",
      "2027-02-28T15:00:00.000Z",
    ]);
  });
});
