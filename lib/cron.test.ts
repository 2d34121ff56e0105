import { describe, expect, it } from "vitest";
import { readCron } from "./cron.ts";
import { cronText } from "./schemas/cron.ts";

describe("schedules", () => {
  it.each([
    "0 0 * * 0",
    "*/15 9-17 * * mon-fri",
    "0,30 0 1,15 JAN,jul 7",
    "5 4 1-31/2 12 *",
    "0 0 29 2 *",
    "0 0 30 2 MON",
  ])("accept %s", (text) => {
    expect(readCron(text).ok).toBe(true);
    expect(cronText.safeParse(text).success).toBe(true);
  });

  it.each([
    ["* * * *", "fields"],
    ["0 0 0 * * *", "fields"],
    ["@daily", "fields"],
    ["", "fields"],
    ["60 * * * *", "minute"],
    ["* 24 * * *", "hour"],
    ["* * 0 * *", "day"],
    ["* * * 13 *", "month"],
    ["* * * * 8", "weekday"],
    ["*/0 * * * *", "minute"],
    ["5/15 * * * *", "minute"],
    ["5-1 * * * *", "minute"],
    ["1,,2 * * * *", "minute"],
    ["1-2-3 * * * *", "minute"],
    ["* mon * * *", "hour"],
    ["-1 * * * *", "minute"],
    ["* * L * *", "day"],
    ["* * ? * *", "day"],
    ["* * * * 1#2", "weekday"],
  ])("refuse %s and name the field", (text, field) => {
    expect(readCron(text)).toEqual({ ok: false, wrong: field });
    const [issue] = cronText.safeParse(text).error?.issues ?? [];
    expect(issue).toMatchObject({ params: { problem: "not_a_cron", field } });
  });

  it.each(["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30-31 2 *", "0 0 31,30 feb *"])(
    "refuse %s, a day that no year has",
    (text) => expect(readCron(text)).toEqual({ ok: false, wrong: "day" }),
  );

  it("on a late day of the month fall on the last day of months that are shorter", () => {
    expect(readCron("0 0 31 * *")).toEqual({
      ok: true,
      patterns: ["0 0 31 1,3,5,7,8,10,12 *", "0 0 L 2,4,6,9,11 *"],
    });
    expect(readCron("0 9 1,30 1-3 *")).toEqual({
      ok: true,
      patterns: ["0 9 1 1-3 *", "0 9 30 1,3 *", "0 9 L 2 *"],
    });
  });
});
