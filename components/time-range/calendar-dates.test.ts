import { expect, it } from "vitest";
import { calendarDate, dateText, weekStartOf } from "./calendar-dates";

it("dates of the calendar read back as they were written", () => {
  for (const text of ["2026-11-21", "2024-02-29", "2026-01-01", "0999-12-31"]) {
    const date = calendarDate(text);
    expect(date && dateText(date)).toBe(text);
  }
  expect(calendarDate("21.11.2026")).toBeUndefined();
});

it("weeks begin as they do where a language is spoken", () => {
  expect(["en", "zh-CN", "zh-TW", "ja", "ko"].map(weekStartOf)).toEqual([0, 1, 0, 0, 0]);
});
