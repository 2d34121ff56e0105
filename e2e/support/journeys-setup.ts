import { randomBytes } from "node:crypto";
import { startSluice } from "./start-sluice.ts";

/**
 * Starts one server with the demo provider and an owner for all journeys. They read `SLUICE_BASE_URL`,
 * `SLUICE_ADMIN_TOKEN`, `SLUICE_USERNAME` and `SLUICE_PASSWORD`; a journey that needs a server in another state starts
 * its own.
 */
export default async function setUpJourneys(): Promise<() => Promise<void>> {
  const username = "owner";
  const password = `journey-${randomBytes(12).toString("hex")}`;
  const sluice = await startSluice({
    door: "node",
    env: { ADMIN_USERNAME: username, ADMIN_PASSWORD: password, DEMO: "on" },
  });
  process.env.SLUICE_BASE_URL = sluice.baseUrl;
  process.env.SLUICE_ADMIN_TOKEN = sluice.adminToken;
  process.env.SLUICE_USERNAME = username;
  process.env.SLUICE_PASSWORD = password;
  return () => sluice.dispose();
}
