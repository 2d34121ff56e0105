import { describe, expect, it } from "vitest";
import { cronProblem } from "./cron.ts";

describe("schedules", () => {
  it.each(["0 0 * * 0", "*/15 9-17 * * mon-fri", "0,30 0 1,15 JAN,jul 7", "5 4 1-31/2 12 *"])("accept %s", (text) => {
    expect(cronProblem(text)).toBeNull();
  });

  it.each([
    ["* * * *", "fields"],
    ["0 0 0 * * *", "fields"],
    ["@daily", "fields"],
    ["60 * * * *", "minute"],
    ["* 24 * * *", "hour"],
    ["* * 0 * *", "day"],
    ["* * * 13 *", "month"],
    ["* * * * 8", "weekday"],
    ["*/0 * * * *", "minute"],
    ["5-1 * * * *", "minute"],
    ["1,,2 * * * *", "minute"],
    ["1-2-3 * * * *", "minute"],
    ["* mon * * *", "hour"],
    ["-1 * * * *", "minute"],
  ])("refuse %s and name the field", (text, field) => {
    expect(cronProblem(text)).toBe(field);
  });
});
