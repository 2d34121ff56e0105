import { describe, expect, it } from "vitest";
import type { KeyView } from "@/lib/schemas/keys";
import { type KeyFilter, listedKeys } from "./list-order";

const now = Date.parse("2026-11-21T00:00:00Z");
const inHours = (hours: number) => new Date(now + hours * 3_600_000).toISOString();

function key(name: string, parts: Partial<KeyView> & { calls?: number; month?: string; used?: number } = {}): KeyView {
  const { calls = 0, month = "0", used, ...rest } = parts;
  return {
    ...{ id: name, name, preview: `sk-sluice-…${name}`, groups: [], allowRawModels: false, expiresAt: null },
    limits: { budgetUsd: { day: null, month: "10", total: null }, rpm: null, tpm: null, concurrent: null },
    ...{ allowedIps: [], storeBodies: false, allowRouteChoice: false, enabled: true, owner: null, source: "console" },
    ...{ oldSecrets: [], version: 1, createdAt: inHours(-48), updatedAt: inHours(-48) },
    usage: {
      costUsd: { day: "0", month, total: month },
      calls: { day: 0, month: 0, total: 0 },
      resetsAt: { day: inHours(24), month: inHours(240) },
      lastUsedAt: used === undefined ? null : inHours(-used),
    },
    activity: { callsByHour: [0, calls], rateLimitedAt: null },
    ...rest,
  };
}

const ada = { id: "usr_ada", name: "ada" };
const keys = [
  key("web", { calls: 5, month: "2", used: 1, groups: ["chat"], owner: ada, createdAt: inHours(-10) }),
  key("ci", { calls: 90, month: "9.5", used: 3, groups: ["*"], expiresAt: inHours(24), createdAt: inHours(-20) }),
  key("old", { enabled: false, groups: ["code"], createdAt: inHours(-900) }),
  key("bot", { month: "10", used: 2, groups: [], expiresAt: inHours(700), createdAt: inHours(-5) }),
];

const everything: KeyFilter = { q: "", group: null, owner: null, status: null, sort: "created" };
const listed = (filter: Partial<KeyFilter>) =>
  listedKeys(keys, { ...everything, ...filter }, now).map(({ name }) => name);

describe("the list of keys", () => {
  it("is narrowed by words in name or ending, group, owner and status together", () => {
    expect(listed({ q: " WEB " })).toEqual(["web"]);
    expect(listed({ q: "…ci" })).toEqual(["ci"]);
    expect(listed({ group: "chat" })).toEqual(["web", "ci"]);
    expect(listed({ owner: "usr_ada" })).toEqual(["web"]);
    expect(listed({ owner: "none", group: "chat" })).toEqual(["ci"]);
    expect(listed({ status: "disabled" })).toEqual(["old"]);
  });

  it("begins with the newest key unless asked otherwise", () => {
    expect(listed({})).toEqual(["bot", "web", "ci", "old"]);
  });

  it.each([
    ["name", ["bot", "ci", "old", "web"]],
    ["status", ["bot", "ci", "web", "old"]],
    ["calls", ["ci", "web", "bot", "old"]],
    ["spend", ["bot", "ci", "web", "old"]],
    ["used", ["web", "bot", "ci", "old"]],
    ["expires", ["ci", "bot", "old", "web"]],
  ] as const)("sorted by %s has what matters first, what has no value last, and equals by name", (sort, names) => {
    expect(listed({ sort })).toEqual(names);
  });
});
