import { expect, it } from "vitest";
import type { ProviderView } from "@/lib/schemas/providers";
import { type ListFilter, type ListRow, listed, tagsAmong } from "./list-order";

const row = (name: string, changes: Partial<ListRow> & { protocol?: string; tags?: string[] } = {}): ListRow => ({
  provider: {
    name,
    baseUrl: `https://${name}.example`,
    protocol: changes.protocol ?? "openai",
    tags: changes.tags ?? [],
  } as unknown as ProviderView,
  state: { state: "ready", total: 1, affected: 0, cause: null },
  health: null,
  spend: null,
  ...changes,
});
const all: ListFilter = { q: "", kind: null, state: null, tag: null, sort: "name" };
const names = (rows: ListRow[]) => rows.map(({ provider }) => provider.name);

it("providers are narrowed by text, kind and state; a circuit that is tried again counts as open", () => {
  const open = { state: "half_open", total: 1, affected: 1, cause: null } as const;
  const rows = [row("b", { state: open }), row("a", { protocol: "azure" }), row("c")];
  expect(names(listed(rows, all))).toEqual(["a", "b", "c"]);
  expect(names(listed(rows, { ...all, q: "C.EXAMPLE" }))).toEqual(["c"]);
  expect(names(listed(rows, { ...all, kind: "azure" }))).toEqual(["a"]);
  expect(names(listed(rows, { ...all, state: "circuit_open" }))).toEqual(["b"]);
});

it("a tag narrows the list in whatever case, and is found by its text", () => {
  const rows = [row("a", { tags: ["EU", "cheap"] }), row("b", { tags: ["cheap"] }), row("c")];
  expect(names(listed(rows, { ...all, tag: "eu" }))).toEqual(["a"]);
  expect(names(listed(rows, { ...all, q: "chea" }))).toEqual(["a", "b"]);
  expect(tagsAmong(rows.map(({ provider }) => provider))).toEqual(["cheap", "EU"]);
});

it("the dearest comes first, and what is not known last", () => {
  const rows = [row("unknown"), row("cheap", { spend: "0.5" }), row("dear", { spend: "12" })];
  expect(names(listed(rows, { ...all, sort: "spend" }))).toEqual(["dear", "cheap", "unknown"]);
});
