import { expect, it } from "vitest";
import { chartCsv, tableCsv } from "./chart-file";

const words = { time: "Time", complete: "Complete", expected: "Expected", low: "Low", high: "High" };

it("a chart is saved as it is: raw numbers, times with their offset, unknown values empty, no formulas", () => {
  const text = chartCsv({
    series: [{ name: "=gpt" }, { name: "b" }],
    points: [
      { at: "2026-10-25T00:30:00.000Z", complete: true, values: [0.000_412, null] },
      { at: "2026-10-25T01:30:00.000Z", complete: false, values: [1234.5, 2], expected: { value: 3, low: 2, high: 4 } },
      { at: "2026-10-25T02:30:00.000Z", complete: true, values: [0, 0], future: true },
    ],
    words,
    timeZone: "Europe/Berlin",
  });
  expect(text.split("\r\n")).toEqual([
    "\uFEFFTime,Complete,'=gpt,b,Expected,Low,High",
    "2026-10-25T02:30:00+02:00,true,0.000412,,,,",
    "2026-10-25T02:30:00+01:00,false,1234.5,2,3,2,4",
    "2026-10-25T03:30:00+01:00,true,,,,,",
    "",
  ]);
  expect(tableCsv(["a"], [["@x"], [null]])).toBe("\uFEFFa\r\n'@x\r\n\r\n");
});
