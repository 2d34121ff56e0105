import { expect, it } from "vitest";
import { chatScript, jsonScript } from "../../lib/gateway/testing/scripted-upstream.ts";
import { type Receipt, strategies } from "../../lib/gateway/types.ts";
import { readAnswer } from "../support/answers.ts";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import { callRow, type Route } from "../support/routes.ts";

type Members = Parameters<DoorTest["route"]>[0];

/** A group of one tier over as many upstreams as there are deployments. */
async function oneTier(door: DoorTest, strategy: string, deployments: Record<string, unknown>[]) {
  const upstreams = await Promise.all(deployments.map(() => door.upstream(chatScript())));
  const members: Members = upstreams.map(({ origin }, at) => ({ origin, priority: 1, deployment: deployments[at] }));
  const route = await door.route(members, { group: { strategy } });
  const asked = () => upstreams.map(({ requests }) => requests.length);
  return { route, asked, upstreams };
}

async function call(door: DoorTest, route: Route, body: Record<string, unknown> = {}) {
  const answer = await readAnswer(await door.chat(route, body));
  expect(answer.status, answer.body).toBe(200);
  return answer;
}

const simulate = (door: DoorTest, route: Route, body: Record<string, unknown> = {}) =>
  door.sluice.admin<Receipt>("POST", `/groups/${route.groupId}/simulate`, { stream: false, ...body });

onEachDoor((door) => {
  it("round_robin gives three deployments exactly three of nine calls each", async () => {
    const { route, asked } = await oneTier(door, "round_robin", [{}, {}, {}]);
    for (let i = 0; i < 9; i++) await call(door, route);
    expect(asked()).toEqual([3, 3, 3]);
  });

  it("cheapest, most_quota and smart each send the call where they say", async () => {
    const cheap = { inputPrice: 1, outputPrice: 1, quota: { requestsPerPeriod: 2 } };
    const dear = { inputPrice: 9, outputPrice: 9, quota: { requestsPerPeriod: 1000 } };
    const cheapest = await oneTier(door, "cheapest", [dear, cheap]);
    for (let i = 0; i < 3; i++) await call(door, cheapest.route);
    expect(cheapest.asked()).toEqual([1, 2]);
    const mostQuota = await oneTier(door, "most_quota", [dear, cheap]);
    const first = await callRow(door.sluice, (await call(door, mostQuota.route)).requestId);
    expect(first.receipt.candidates[0]?.reason).toBe("weighted_pick");
    for (let i = 0; i < 4; i++) await call(door, mostQuota.route);
    expect(mostQuota.asked()[1]).toBeLessThanOrEqual(1);
    const smart = await oneTier(door, "smart", [dear, cheap]);
    for (let i = 0; i < 3; i++) await call(door, smart.route);
    // Half of the cheap one's quota is gone after one call: plenty of quota goes before price.
    expect(smart.asked()).toEqual([2, 1]);
  });

  it("an ability that is missing leaves a deployment out, JSON schemas too", async () => {
    const { route, asked } = await oneTier(door, "round_robin", [{ supports: { jsonSchema: false } }, {}]);
    for (let i = 0; i < 3; i++)
      await call(door, route, { response_format: { type: "json_schema", json_schema: { name: "x", schema: {} } } });
    expect(asked()).toEqual([0, 3]);
    for (let i = 0; i < 2; i++) await call(door, route);
    expect(asked()[0]).toBeGreaterThan(0);
  });

  it.each(strategies)(
    "a simulation under %s is the receipt of the next call, and takes nothing of it",
    async (strategy) => {
      const price = { inputPrice: 1, outputPrice: 1 };
      const { route } = await oneTier(door, strategy, [
        { ...price, quota: { requestsPerPeriod: 100 } },
        { inputPrice: 2, outputPrice: 2, maxConcurrent: 5 },
        { supports: { tools: false } },
      ]);
      for (let i = 0; i < 4; i++) await call(door, route);
      for (let i = 0; i < 5; i++) await simulate(door, route);
      const imagined = await simulate(door, route, { needs: ["tools"] });
      const tools = [{ type: "function", function: { name: "f", parameters: {} } }];
      const { receipt } = await callRow(door.sluice, (await call(door, route, { tools })).requestId);
      const shown = ({ candidates }: Pick<Receipt, "candidates">) =>
        candidates.map(({ deployment, verdict, reason, evidence }) => ({
          id: deployment.id,
          verdict,
          reason,
          keys: Object.keys(evidence).toSorted(),
        }));
      const throwsDice = strategy === "weighted" || strategy === "least_busy";
      // Where chance decides, the same members are eligible and skipped for the same reasons; else all is the same.
      if (throwsDice) {
        const ids = (one: Pick<Receipt, "candidates">) =>
          shown(one)
            .map(({ id }) => id)
            .toSorted();
        expect(ids(imagined)).toEqual(ids(receipt));
        expect(shown(imagined).at(-1)).toEqual(shown(receipt).at(-1));
      } else expect(shown(imagined)).toEqual(shown(receipt));
    },
  );

  it("a simulation says what a budget, a rate or an assumption would do", async () => {
    const upstreams = [await door.upstream(chatScript()), await door.upstream(chatScript())];
    const route = await door.route(
      upstreams.map(({ origin }) => ({ origin })),
      { key: { limits: { rpm: 1 } } },
    );
    const [first, second] = route.members;
    const assumed = await simulate(door, route, { assume: [{ deploymentId: first?.deploymentId, state: "down" }] });
    expect(assumed).toMatchObject({ outcome: "ok", servedBy: { id: second?.deploymentId } });
    expect(await simulate(door, route, { keyId: route.keyId })).toMatchObject({ outcome: "ok" });
    await call(door, route);
    expect(await simulate(door, route, { keyId: route.keyId })).toMatchObject({
      outcome: "refused",
      stop: "not_retryable",
      candidates: [{ reason: "rate_budget" }, { reason: "rate_budget" }],
    });
    expect((await readAnswer(await door.chat(route))).status).toBe(429);
    expect(upstreams.map(({ requests }) => requests.length)).toEqual([1, 0]);
  });

  it("a refused credential is set aside with the time at which it is tried again", async () => {
    const upstream = await door.upstream(jsonScript(401, { error: { message: "bad key" } }));
    const other = await door.upstream(chatScript());
    const route = await door.route([{ origin: upstream.origin }, { origin: other.origin }]);
    for (let i = 0; i < 3; i++) await call(door, route);
    expect(upstream.requests).toHaveLength(1);
    const { credentials } = await door.sluice.admin<{
      credentials: { state: string; setAside: { at: string; retryAt: string } }[];
    }>("GET", `/providers/${route.members[0]?.providerId}`);
    expect(credentials[0]?.state).toBe("set_aside");
    const { at, retryAt } = credentials[0]?.setAside ?? { at: "", retryAt: "" };
    expect(Date.parse(retryAt) - Date.parse(at)).toBe(3_600_000);
  });
});
