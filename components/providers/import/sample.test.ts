import { expect, it } from "vitest";
import type { DraftRow } from "./draft";
import { sampleCostUsd, sampleOf } from "./sample";

const row = (model: string, inputPrice: string, outputPrice: string, callPrice: string | null = null) =>
  ({ model, prices: { inputPrice, outputPrice }, offered: callPrice && { callPrice } }) as DraftRow;

it("a test takes the cheapest models and tells the most that they cost", () => {
  const rows = [row("dear", "100", "300"), row("b", "2", "8"), row("a", "1", "4"), row("unknown", "", "")];
  const sample = sampleOf(rows);
  expect(sample.map(({ model }) => model)).toEqual(["a", "b", "dear"]);
  expect(sampleCostUsd(sampleOf([rows[2] as DraftRow]))).toBeCloseTo((20 + 64) / 1e6, 12);
});

it("what is paid by the call has a known cost, and a price that is not known is not zero", () => {
  expect(sampleCostUsd([row("image", "", "", "0.04")])).toBe(0.04);
  expect(sampleCostUsd([row("a", "1", "4"), row("unknown", "", "")])).toBeNull();
});
