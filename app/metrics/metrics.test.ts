import { afterAll, beforeAll, expect, it } from "vitest";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";
import { GET } from "./route";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const read = (authorization?: string) =>
  GET(new Request("http://sluice.test/metrics", { headers: authorization ? { authorization } : {} }));

it("G36: an admin token reads the figures of the gateway for Prometheus", async () => {
  const response = await read(`Bearer ${admin.environmentToken}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await response.text()).toBe("sluice_calls_total 1\n");
});

it("nobody else who is not on this machine does", async () => {
  expect((await read()).status).toBe(401);
  expect((await read("Bearer nobody-knows-me")).status).toBe(401);
});
