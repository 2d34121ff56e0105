import { describe, expect, it } from "vitest";
import { readCron } from "@/lib/cron";
import { presetOf, schedulePresets } from "./schedule";

describe("the schedules to pick from", () => {
  it("are all schedules the gateway takes, and are known again by their text", () => {
    for (const [name, cron] of Object.entries(schedulePresets)) {
      expect(readCron(cron).ok, name).toBe(true);
      expect(presetOf(cron)).toBe(name);
    }
  });

  it("have no word for anything else, and call nothing every day", () => {
    expect(presetOf("0 0 * * 2")).toBe(null);
    expect(presetOf("rubbish")).toBe(null);
    expect(presetOf("")).toBe("daily");
    expect(presetOf(null)).toBe("daily");
    expect(presetOf(" 0  0 1 * * ")).toBe("monthly");
  });
});
