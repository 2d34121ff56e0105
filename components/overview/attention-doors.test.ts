import { describe, expect, it } from "vitest";
import type { AttentionItem, AttentionMatter } from "@/lib/schemas/attention";
import { attentionDoors, subjectOf } from "./attention-doors";

const item = (matter: AttentionMatter): AttentionItem => ({
  ...matter,
  id: matter.kind,
  level: "warning",
  since: null,
  calls: 3,
});
const deployment = { id: "dep_1", name: "gpt-x", provider: { id: "prv_1", name: "azure" } };

describe("a matter that needs attention", () => {
  it("leads to where it is put right, and to its calls", () => {
    const quota = { quota: "total", used: 9, limit: 10, share: 0.9, resetsAt: null } as const;
    expect(attentionDoors(item({ kind: "quota", deployment, ...quota }))).toEqual({
      subject: "/providers/prv_1",
      fix: "/providers/prv_1",
      logs: "/logs?range=24h&tried=dep_1",
    });
    const sync = { added: 2, changed: 0, vanished: 0 };
    const provider = { id: "prv_1", name: "azure" };
    expect(attentionDoors(item({ kind: "model_sync", provider, ...sync, failed: false })).fix).toBe(
      "/providers/prv_1/import",
    );
    expect(attentionDoors(item({ kind: "gateway_unreachable" })).fix).toBeNull();
  });

  it("has the name of what it is about", () => {
    expect(subjectOf(item({ kind: "unpriced", deployment, unpriced: 3 }))).toBe("azure/gpt-x");
    expect(subjectOf(item({ kind: "journal_backlog", bytes: 2e7 }))).toBeNull();
  });
});
