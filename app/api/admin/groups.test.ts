import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as addDeployment } from "@/app/api/admin/deployments/route";
import { PATCH as patchKeyword } from "@/app/api/admin/fail-keywords/[id]/route";
import { POST as addKeyword } from "@/app/api/admin/fail-keywords/route";
import { PUT as putMembers } from "@/app/api/admin/groups/[id]/members/route";
import { PATCH as patchGroup, GET as readGroup } from "@/app/api/admin/groups/[id]/route";
import { POST as simulate } from "@/app/api/admin/groups/[id]/simulate/route";
import { POST as addGroup } from "@/app/api/admin/groups/route";
import { POST as addKey } from "@/app/api/admin/keys/route";
import { POST as addProvider } from "@/app/api/admin/providers/route";
import { loadCatalog } from "@/lib/db/catalog";
import { makeGateway } from "@/lib/gateway/testing/gateway-kit";
import { strategies } from "@/lib/gateway/types";
import { fieldProblemCodes } from "@/lib/schemas/problems";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
let deployments: string[] = [];
beforeAll(async () => {
  admin = await startAdmin();
  // The data plane's own simulation, over the configuration as it is stored.
  admin.control.simulate = async (input) => makeGateway(await loadCatalog(admin.masterKey)).gateway.simulate(input);
  const provider = (await post(addProvider, { name: "p", protocol: "openai", baseUrl: "https://p.example/v1" })).body;
  deployments = await Promise.all(
    ["a", "b", "c"].map(async (model) => (await post(addDeployment, { providerId: provider.id, model })).body.id),
  );
});
afterAll(() => admin.close());

const post = (route: typeof addGroup, body: unknown, id?: string) => admin.send(route, { method: "POST", body, id });
let count = 0;
async function group(changes: Record<string, unknown> = {}) {
  const answer = await post(addGroup, { name: `group-${++count}`, ...changes });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

describe("a group", () => {
  it.each(strategies)("can be saved with the strategy %s, and the gateway uses it", async (strategy) => {
    const made = await group({ strategy, members: deployments.map((deploymentId) => ({ deploymentId })) });
    expect(made.strategy).toBe(strategy);
    const { body } = await post(simulate, {}, made.id);
    expect([body.strategy, body.outcome, body.candidates.length]).toEqual([strategy, "ok", 3]);
  });

  it("is refused with members nobody can route, each with its field and its own problem", async () => {
    const [a = "", b = ""] = deployments;
    const bad: [unknown[], string, string][] = [
      [[{ deploymentId: a, weight: 1e9 }], "[0].weight", "too_large"],
      [[{ deploymentId: a, weight: -1 }], "[0].weight", "too_small"],
      [[{ deploymentId: a, weight: 0.5 }], "[0].weight", "not_a_whole_number"],
      [[{ deploymentId: a, weight: "1" }], "[0].weight", "wrong_type"],
      [[{ deploymentId: a, priority: -1 }], "[0].priority", "too_small"],
      [[{ deploymentId: a, priority: 0 }], "[0].priority", "too_small"],
      [[{ deploymentId: a, priority: 1001 }], "[0].priority", "too_large"],
      [[{ deploymentId: a }, { deploymentId: b }, { deploymentId: a, priority: 2 }], "[2].deploymentId", "duplicate"],
      [[{ deploymentId: a }, { deploymentId: "dep_none" }], "[1].deploymentId", "unknown_reference"],
      [[{ weight: 1 }], "[0].deploymentId", "required"],
      [[{ deploymentId: a, tier: 1 }], "[0].tier", "unknown_field"],
    ];
    const made = await group({ members: [{ deploymentId: a, weight: 7 }] });
    const fieldOf = ({ status, body }: Awaited<ReturnType<typeof post>>) => {
      const [field] = body.error.details.fields;
      return [status, body.error.param, field.path, field.code];
    };
    for (const [members, path, code] of bad) {
      const place = `members${path}`;
      const expected = [400, place, place, code];
      const said = JSON.stringify(members);
      expect(fieldOf(await post(addGroup, { name: "bad", members })), said).toEqual(expected);
      const patched = await admin.send(patchGroup, { method: "PATCH", id: made.id, body: { members } });
      expect(fieldOf(patched), said).toEqual(expected);
      const put = await admin.send(putMembers, { method: "PUT", id: made.id, body: members });
      expect(put.status, said).toBe(400);
      expect(put.body.error.param, said).toContain(path);
    }
    expect((await admin.send(readGroup, { id: made.id })).body.members).toMatchObject([{ weight: 7 }]);
  });
});

describe("a simulated call", () => {
  const membersOf = (ids: readonly string[]) => ids.map((deploymentId, at) => ({ deploymentId, priority: at + 1 }));

  it("goes past members assumed down or without quota, in any tier, and says so", async () => {
    const made = await group({ members: membersOf(deployments) });
    const [a, b, c] = deployments;
    const { status, body } = await post(
      simulate,
      {
        model: made.name,
        stream: false,
        inputTokens: 100,
        needs: ["tools", "vision", "jsonSchema"],
        assume: [
          { deploymentId: a, state: "down" },
          { deploymentId: b, state: "no_quota" },
        ],
      },
      made.id,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ outcome: "ok", stop: "answered", attempts: [], servedBy: { id: c } });
    expect(body.candidates.map((one: { verdict: string; reason: string }) => [one.verdict, one.reason])).toEqual([
      ["tried", "only_candidate"],
      ["skipped", "circuit_open"],
      ["skipped", "rate_budget"],
    ]);
  });

  it("is refused for a key that may not use the group", async () => {
    const made = await group({ members: membersOf(deployments) });
    const key = (await post(addKey, { name: "elsewhere", groups: [] })).body;
    const { body } = await post(simulate, { keyId: key.id }, made.id);
    expect(body).toMatchObject({ outcome: "refused", stop: "not_retryable", servedBy: null });
    expect(new Set(body.candidates.map(({ reason }: { reason: string }) => reason))).toEqual(
      new Set(["key_not_allowed"]),
    );
  });

  it("answers 400 naming the field where it is about something that is not there, and 404 for a group", async () => {
    const [a = "", b = "", c = ""] = deployments;
    const made = await group({ members: membersOf([a, b]) });
    const bad: [Record<string, unknown>, string][] = [
      [
        {
          assume: [
            { deploymentId: a, state: "down" },
            { deploymentId: "dep_none", state: "down" },
          ],
        },
        "assume[1].deploymentId",
      ],
      [{ assume: [{ deploymentId: c, state: "down" }] }, "assume[0].deploymentId"],
      [
        {
          assume: [
            { deploymentId: a, state: "down" },
            { deploymentId: a, state: "no_quota" },
          ],
        },
        "assume[1].deploymentId",
      ],
      [{ assume: [{ deploymentId: a, state: "tired" }] }, "assume[0].state"],
      [{ keyId: "key_none" }, "keyId"],
      [{ model: "another" }, "model"],
      [{ needs: ["telepathy"] }, "needs[0]"],
      [{ inputTokens: -1 }, "inputTokens"],
      [{ seed: 1 }, "seed"],
    ];
    for (const [body, param] of bad) {
      const answer = await post(simulate, body, made.id);
      expect([answer.status, answer.body.error?.param], JSON.stringify(body)).toEqual([400, param]);
    }
    expect((await post(simulate, {}, "grp_none")).status).toBe(404);
  });
});

describe("a fail keyword that is an expression", () => {
  it("is refused when it cannot run in linear time, does not compile or is too large, at the field and in its own words", async () => {
    const bad: [string, string][] = [
      ["(a)\\1", "bad_regex"],
      ["(?=a)b", "bad_regex"],
      ["(?<!a)b", "bad_regex"],
      ["(", "bad_regex"],
      ["(a{1000}){1000}", "bad_regex"],
      [".{1000}".repeat(20), "regex_too_large"],
      ["x".repeat(1001), "too_long"],
    ];
    const saved = (await post(addKeyword, { keyword: "(a+)+$", match: "regex" })).body;
    for (const [keyword, code] of bad) {
      const added = await post(addKeyword, { keyword, match: "regex" });
      const changed = await admin.send(patchKeyword, { method: "PATCH", id: saved.id, body: { keyword } });
      for (const { status, body } of [added, changed])
        expect([status, body.error?.param, body.error?.details.fields[0].code], keyword).toEqual([
          400,
          "keyword",
          code,
        ]);
    }
    const plain = (await post(addKeyword, { keyword: "(a)\\1" })).body;
    const turned = await admin.send(patchKeyword, { method: "PATCH", id: plain.id, body: { match: "regex" } });
    expect([turned.status, turned.body.error.param]).toEqual([400, "keyword"]);
  });
});

describe("every problem a field can have", () => {
  it.each(["en", "zh-CN", "zh-TW", "ja", "ko"])("has a sentence of its own in %s", async (locale) => {
    const messages = (await import(`@/messages/${locale}.json`)).default;
    const sentences = fieldProblemCodes.map((code) => messages.errors.field[code]);
    expect(sentences.every((sentence) => typeof sentence === "string" && sentence.length > 3)).toBe(true);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});
