import { describe, expect, it } from "vitest";
import type { KeyView } from "@/lib/schemas/keys";
import { curlSnippet, envFile, keyBody, keyDraft, localDateTime } from "./key-form";

const now = Date.parse("2026-11-21T00:00:00Z");

const key: KeyView = {
  id: "key_1",
  name: "ci",
  preview: "sk-sluice-…k3Fz",
  groups: ["chat"],
  allowRawModels: false,
  limits: { budgetUsd: { day: "5.000000001", month: null, total: null }, rpm: 60, tpm: 1000, concurrent: null },
  expiresAt: "2026-12-01T10:20:30.456Z",
  allowedIps: ["10.0.0.0/8"],
  storeBodies: false,
  allowRouteChoice: true,
  enabled: true,
  owner: { id: "usr_1", name: "ada" },
  source: "console",
  oldSecrets: [],
  usage: {
    costUsd: { day: "0", month: "0", total: "0" },
    calls: { day: 0, month: 0, total: 0 },
    resetsAt: { day: "2026-11-22T00:00:00.000Z", month: "2026-12-01T00:00:00.000Z" },
    lastUsedAt: null,
  },
  activity: { callsByHour: [], rateLimitedAt: null },
  version: 3,
  createdAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
};

describe("the key form", () => {
  it("changes nothing when nothing was touched, not even the seconds of the expiry or a digit of a budget", () => {
    expect(keyBody(keyDraft(key), key, now)).toEqual({
      name: "ci",
      groups: ["chat"],
      allowRawModels: false,
      limits: {
        budgetUsd: { day: "5.000000001", month: null, total: null },
        rpm: 60,
        tpm: 1000,
        concurrent: null,
      },
      expiresAt: "2026-12-01T10:20:30.456Z",
      allowedIps: ["10.0.0.0/8"],
      storeBodies: false,
      allowRouteChoice: true,
      version: 3,
    });
  });

  it("sends an owner only when another one was chosen, and for a new key when any was", () => {
    expect(keyBody({ ...keyDraft(key), ownerId: null }, key, now)).toMatchObject({ ownerId: null });
    expect(keyBody(keyDraft(null), null, now)).not.toHaveProperty("ownerId");
    expect(keyBody({ ...keyDraft(null), ownerId: null }, null, now)).toMatchObject({ ownerId: null });
  });

  it("sends budgets as they were typed, and none for an empty field", () => {
    const budgets = { day: " 0.15 ", month: "", total: "abc" };
    expect(keyBody({ ...keyDraft(null), budgets }, null, now).limits).toMatchObject({
      budgetUsd: { day: "0.15", month: null, total: "abc" },
    });
  });

  it("says all groups only when that was chosen", () => {
    const draft = keyDraft(null);
    expect(keyBody(draft, null, now).groups).toEqual([]);
    expect(keyBody({ ...draft, groups: ["a"], allGroups: true }, null, now).groups).toEqual(["*"]);
    expect(keyDraft({ ...key, groups: ["*"] })).toMatchObject({ allGroups: true, groups: [] });
  });

  it("counts a relative expiry from now and reads a chosen one in the browser's zone", () => {
    const draft = keyDraft(null);
    expect(keyBody({ ...draft, expiry: "7" }, null, now).expiresAt).toBe("2026-11-28T00:00:00.000Z");
    const moment = new Date(2027, 0, 2, 3, 4);
    const chosen = { ...draft, expiry: "custom" as const, expiresAtLocal: localDateTime(moment) };
    expect(keyBody(chosen, null, now).expiresAt).toBe(moment.toISOString());
  });

  it("takes addresses by line or comma and drops blanks", () => {
    const draft = { ...keyDraft(null), allowedIps: " 10.0.0.1 ,::1\n\n192.168.0.0/16" };
    expect(keyBody(draft, null, now).allowedIps).toEqual(["10.0.0.1", "::1", "192.168.0.0/16"]);
  });
});

describe("what the reveal dialog hands out", () => {
  it("points OpenAI's SDKs at this gateway", () => {
    expect(envFile("sk-sluice-x", "https://gw.example")).toBe(
      "OPENAI_API_KEY=sk-sluice-x\nOPENAI_BASE_URL=https://gw.example/v1\n",
    );
  });

  it("keeps a quote in a group name from ending the shell string", () => {
    expect(curlSnippet("sk", "http://h", "it's")).toContain(`"model":"it'\\''s"`);
  });
});
