import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { GET as readStatus } from "@/app/api/admin/status/route";
import type { DeploymentState } from "@/lib/gateway/types";
import { forgetGatewayStatus } from "@/lib/server/gateway-status";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());
beforeEach(() => forgetGatewayStatus({ all: true }));

const read = async () => {
  const { status, body } = await admin.send(readStatus);
  expect(status).toBe(200);
  return body;
};

it("counts the circuits that are not closed", async () => {
  const state = (name: DeploymentState["state"]) => ({ deploymentId: name, state: name }) as DeploymentState;
  admin.control.known = [state("ready"), state("circuit_open"), state("half_open"), state("held")];
  expect(await read()).toMatchObject({ answering: true, ready: true, inFlight: 0, openCircuits: 2 });
});

it("says when a data plane that does not answer was last heard of, and goes on answering itself", async () => {
  const { status } = admin.control;
  const before = await read();
  forgetGatewayStatus();
  admin.control.status = () => Promise.reject(new Error("The gateway process is not there."));
  expect(await read()).toEqual({ answering: false, heardAt: before.heardAt, ready: false });
  forgetGatewayStatus({ all: true });
  expect(await read()).toEqual({ answering: false, heardAt: null, ready: false });
  admin.control.status = status;
});
