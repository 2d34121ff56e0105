import { describe, expect, it } from "vitest";
import type { ImportReport } from "@/lib/schemas/import";
import { base64Of, canApply, contentOf, isEmpty, sourceOf } from "./source";

const report: ImportReport = {
  format: "sluice",
  mode: "merge",
  applied: false,
  version: 1,
  added: [{ kind: "group", name: "chat", fields: [] }],
  changed: [],
  removed: [],
  problems: [],
  notes: [],
};
const problem = { code: "required", params: {}, path: "a", message: "" } as const;

describe("a document to import", () => {
  it("keeps every byte of a file, however long it is and whatever is in it", async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256);
    const source = await sourceOf(new File([bytes], "old.db"));
    expect(source).toMatchObject({ kind: "file", name: "old.db", size: 100_000 });
    const sent = contentOf(source);
    expect("contentBase64" in sent && Buffer.from(sent.contentBase64, "base64").equals(Buffer.from(bytes))).toBe(true);
    expect(base64Of(new Uint8Array())).toBe("");
  });

  it("of white space alone is none", () => {
    expect(isEmpty({ kind: "text", text: " \n" })).toBe(true);
    expect(isEmpty({ kind: "text", text: "{}" })).toBe(false);
    expect(isEmpty({ kind: "file", name: "a", size: 0, base64: "" })).toBe(true);
  });

  it("is applied only when nothing is wrong and something changes; warnings do not stand in the way", () => {
    expect(canApply(report)).toBe(true);
    expect(canApply({ ...report, added: [] })).toBe(false);
    expect(canApply({ ...report, problems: [{ ...problem, severity: "error" }] })).toBe(false);
    expect(canApply({ ...report, problems: [{ ...problem, severity: "warning" }] })).toBe(true);
  });
});
