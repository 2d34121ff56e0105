import { describe, expect, it } from "vitest";
import type { DeploymentState } from "../gateway/types.ts";
import { type AttentionFacts, attentionOf } from "./attention-rules.ts";

const now = Date.UTC(2026, 10, 21, 12);
const dayMs = 86_400_000;

function live(
  id: string,
  state: DeploymentState["state"] = "ready",
  rest: Partial<DeploymentState> = {},
): DeploymentState {
  return {
    deploymentId: id,
    state,
    reason: null,
    failures: 0,
    failureThreshold: 5,
    openedAt: null,
    retryAt: null,
    inFlight: 0,
    firstTokenMs: null,
    lastFailureAt: null,
    lastSuccessAt: null,
    quota: { requests: null, tokens: null, total: null, resetsAt: null },
    ...rest,
  };
}

const deployment = (id: string, provider = "prv_1", protocol = "openai") => ({
  ...{ id, name: id.slice(4), heldAt: null, heldUntil: null, heldReason: null },
  ...{ requestsPerPeriod: null, tokensPerPeriod: null, totalQuota: null as number | null },
  provider: { id: provider, name: provider.slice(4), protocol },
});
const group = (id: string, ...deployments: string[]) => ({
  id,
  name: id.slice(4),
  members: deployments.map((deploymentId) => ({ deploymentId })),
});

function facts(changes: Partial<AttentionFacts> = {}): AttentionFacts {
  return {
    live: { states: [live("dep_a"), live("dep_b")], setAside: [], journalBytes: 0 },
    routes: {
      groups: [group("grp_pool", "dep_a", "dep_b")],
      deployments: [deployment("dep_a"), deployment("dep_b", "prv_2")],
      credentials: [],
    },
    keys: [],
    traffic: { deployments: new Map(), groups: new Map(), keys: new Map() },
    providerFile: null,
    syncs: [],
    ...changes,
  };
}

const kindsOf = (changes: Partial<AttentionFacts>) => attentionOf(facts(changes), now).items.map(({ kind }) => kind);

describe("whether groups can serve", () => {
  it("is so while all members can, and then nothing needs attention", () => {
    expect(attentionOf(facts(), now)).toEqual({
      health: { groups: 1, cannotServe: [], reduced: [] },
      items: [],
      more: 0,
    });
  });

  it("is over until a call was answered, not only until one may try again", () => {
    const states = [live("dep_a", "half_open"), live("dep_b", "held")];
    const view = attentionOf(facts({ live: { states, setAside: [], journalBytes: 0 } }), now);
    expect(view.health?.cannotServe).toEqual([{ id: "grp_pool", name: "pool" }]);
  });

  it("is reduced with one member away, and over with all of them", () => {
    const one = facts({
      live: { states: [live("dep_a", "circuit_open"), live("dep_b")], setAside: [], journalBytes: 0 },
    });
    expect(attentionOf(one, now).health).toMatchObject({ cannotServe: [], reduced: [{ name: "pool" }] });
    const retryAt = now + 60_000;
    const states = [live("dep_a", "circuit_open", { retryAt }), live("dep_b", "held")];
    const view = attentionOf(facts({ live: { states, setAside: [], journalBytes: 0 } }), now);
    expect(view.health).toMatchObject({ cannotServe: [{ name: "pool" }], reduced: [] });
    expect(view.items[0]).toMatchObject({
      kind: "group_cannot_serve",
      level: "critical",
      members: 2,
      retryAt: new Date(retryAt).toISOString(),
    });
  });

  it("counts out members without quota and members whose every credential is set aside", () => {
    const quota = { requests: 0, tokens: null, total: null, resetsAt: null };
    const credential = { id: "cre_1", name: "main", provider: { id: "prv_2", name: "2", protocol: "openai" } };
    const at = { at: now, retryAt: now + 1, reason: "auth_invalid" as const, httpStatus: 401 };
    const view = attentionOf(
      facts({
        live: {
          states: [live("dep_a", "ready", { quota }), live("dep_b", "degraded")],
          setAside: [{ credentialId: "cre_1", ...at }],
          journalBytes: 0,
        },
        routes: { ...facts().routes, credentials: [credential] },
      }),
      now,
    );
    expect(view.health?.cannotServe).toEqual([{ id: "grp_pool", name: "pool" }]);
  });

  it("is not known, and said to be unknown, while the gateway cannot be asked", () => {
    const view = attentionOf(facts({ live: null }), now);
    expect(view.health).toBeNull();
    expect(view.items).toMatchObject([{ kind: "gateway_unreachable", level: "critical" }]);
  });

  it("is not so for a group without members", () => {
    const routes = { ...facts().routes, groups: [group("grp_empty")] };
    expect(attentionOf(facts({ routes }), now).items).toMatchObject([{ kind: "group_cannot_serve", members: 0 }]);
  });
});

describe("what needs attention", () => {
  const budget = (used: number) => [{ window: "month" as const, used, limit: 100e9, resetsAt: now + dayMs }];
  const key = (id: string, used: number, expiresAt: Date | null = null) => ({
    id,
    name: id.slice(4),
    expiresAt,
    budgets: budget(used),
  });

  it("comes first where calls fail, then by how many calls it concerns", () => {
    const states = [live("dep_a", "circuit_open"), live("dep_b", "cooling_down")];
    const view = attentionOf(
      facts({
        live: { states, setAside: [], journalBytes: 0 },
        routes: { ...facts().routes, groups: [] },
        keys: [key("key_over", 120e9), key("key_near", 92e9)],
        traffic: {
          deployments: new Map([
            ["dep_a", { calls: 5, unpriced: 0 }],
            ["dep_b", { calls: 50, unpriced: 7 }],
          ]),
          groups: new Map(),
          keys: new Map([["key_over", 3]]),
        },
      }),
      now,
    );
    expect(view.items.map(({ id }) => id)).toEqual([
      "key_budget/key_over",
      "deployment_state/dep_b",
      "deployment_state/dep_a",
      "key_budget/key_near",
      "unpriced/dep_b",
    ]);
    expect(view.items[0]).toMatchObject({ usedUsd: "120", limitUsd: "100", share: 1.2, level: "critical" });
  });

  it("names budgets and quotas from four fifths on, and nothing below", () => {
    expect(kindsOf({ keys: [key("key_a", 79.9e9)] })).toEqual([]);
    expect(kindsOf({ keys: [key("key_a", 80e9)] })).toEqual(["key_budget"]);
    const quota = (total: number) => ({ requests: null, tokens: null, total, resetsAt: null });
    const withLeft = (total: number): Partial<AttentionFacts> => ({
      live: { states: [live("dep_a", "ready", { quota: quota(total) }), live("dep_b")], setAside: [], journalBytes: 0 },
      routes: {
        ...facts().routes,
        deployments: [{ ...deployment("dep_a"), totalQuota: 10 }, deployment("dep_b", "prv_2")],
      },
    });
    expect(kindsOf(withLeft(3))).toEqual([]);
    expect(attentionOf(facts(withLeft(2)), now).items).toMatchObject([{ kind: "quota", level: "notice", used: 8 }]);
  });

  it("names keys a week before their end and a week after it, and no budget of one that has ended", () => {
    const at = (days: number) => new Date(now + days * dayMs);
    expect(kindsOf({ keys: [key("key_a", 0, at(8)), key("key_b", 0, at(-8))] })).toEqual([]);
    expect(kindsOf({ keys: [key("key_a", 0, at(6)), key("key_b", 99e9, at(-1))] })).toEqual([
      "key_expiry",
      "key_expiry",
    ]);
  });

  it("is a notice where the built-in demo fails as it is meant to", () => {
    const view = attentionOf(
      facts({
        live: { states: [live("dep_a", "circuit_open")], setAside: [], journalBytes: 0 },
        routes: { groups: [], deployments: [deployment("dep_a", "prv_demo", "demo")], credentials: [] },
      }),
      now,
    );
    expect(view.items).toMatchObject([{ kind: "deployment_state", level: "notice" }]);
  });

  it("includes errors of the provider file, new models, and calls that wait to be stored", () => {
    const problem = { severity: "error" as const, code: "unreadable" as const, params: {}, path: "", message: "No." };
    const file = { path: "/providers.json", readAt: new Date(now).toISOString(), appliedAt: null, notes: [] };
    const kinds = kindsOf({
      live: { ...(facts().live ?? { states: [], setAside: [] }), journalBytes: 20_000_000 },
      providerFile: { ...file, problems: [problem, { ...problem, severity: "warning" }] },
      syncs: [{ providerId: "prv_1", name: "1", added: 2, changed: 0, vanished: 0, error: false }],
    });
    expect(kinds).toEqual(["provider_file", "journal_backlog", "model_sync"]);
  });
});
