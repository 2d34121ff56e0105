import { expect, it } from "vitest";
import { chatScript } from "../../lib/gateway/testing/scripted-upstream.ts";
import { ask } from "../support/client-calls.ts";
import { onEachDoor } from "../support/each-door.ts";
import { callRow } from "../support/routes.ts";

type List = { items: Record<string, unknown>[]; total: number };

onEachDoor((door) => {
  it("S15, S16, S17, S18, S19, S21, S22, S23, S24, S25, S26, S27, C3: paths of older consoles, which meant different things, say nothing here", async () => {
    const route = await door.route([await door.upstream(chatScript())]);
    const secret = route.members[0]?.apiKey ?? "";
    for (const [method, path] of [
      ["POST", "/api/auth/login"],
      ["GET", "/api/status"],
      ["GET", "/api/public/groups"],
      ["GET", "/api/public/providers"],
      ["GET", "/api/dashboard/stats"],
      ["GET", "/api/providers"],
      ["POST", "/api/providers/sync"],
      ["POST", "/api/import-models"],
      ["GET", "/api/groups"],
      ["GET", "/api/logs"],
      ["GET", "/api/keys"],
      ["GET", "/api/keywords"],
      ["GET", "/api/settings/failover_threshold_count"],
    ] as const)
      for (const key of [undefined, route.key]) {
        const response = await ask(door, path, { method, ...(key !== undefined && { key }) });
        const text = await response.text();
        expect(response.status, path).toBeGreaterThanOrEqual(400);
        expect(response.status, path).toBeLessThan(500);
        for (const told of [route.model, secret, "access_token"]) expect(text, path).not.toContain(told);
      }
  });

  it("S19, S23, S24, S25, S26, S27: what they did is below /api/admin, without the secrets and with the bodies apart", async () => {
    const route = await door.route([await door.upstream(chatScript(["Hello."]))], { group: { storeBodies: true } });
    const response = await door.chat(route);
    await response.text();
    const call = await callRow(door.sluice, response.headers.get("x-request-id"));
    expect(call.bodies?.response).toContain("Hello.");
    for (const path of ["providers", "groups", "logs", "keys", "fail-keywords"]) {
      const { items } = await door.sluice.admin<List>("GET", `/${path}?limit=5`);
      expect(Array.isArray(items), path).toBe(true);
      const text = JSON.stringify(items);
      for (const secret of [route.key, route.members[0]?.apiKey ?? "", "Hello."])
        expect(text, path).not.toContain(secret);
    }
    expect(await door.sluice.admin("GET", "/settings")).toMatchObject({
      failureThreshold: { value: expect.any(Number) },
    });
    expect(await door.sluice.admin("GET", "/stats")).toMatchObject({ totals: { calls: expect.any(Number) } });
  });
});
