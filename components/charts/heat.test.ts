import { expect, it } from "vitest";
import { heatOf, heatStep } from "./heat";

it("a ramp has even steps, nothing has none, and the highest value has the last", () => {
  expect(heatOf([0, 1, 50, 99, 100, null], true)).toEqual([null, 1, 4, 7, 7, null]);
  expect(heatOf([0.9, 1, 0.95], false)).toEqual([1, 7, 4]);
  expect(heatOf([5, 5], true)).toEqual([7, 7]);
  expect(heatOf([5, 5], false)).toEqual([1, 1]);
  expect(heatOf([null], false)).toEqual([null]);
});

it("arrows walk the hours and the days, as they lie on the screen, and stop at the edge", () => {
  expect([heatStep("ArrowRight", 3, true), heatStep("ArrowRight", 3, false)]).toEqual([4, 27]);
  expect([heatStep("ArrowDown", 3, true), heatStep("ArrowUp", 3, true)]).toEqual([27, 3]);
  expect([heatStep("Home", 30, true), heatStep("End", 30, true), heatStep("a", 3, true)]).toEqual([24, 47, null]);
});
