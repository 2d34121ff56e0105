import packageJson from "../../package.json" with { type: "json" };
import { environment, runtime } from "./runtime.ts";

/** What an operator quotes when asking for help. `plane` is null while the data plane cannot be reached. */
export type About = {
  version: string;
  license: string;
  nodeVersion: string;
  timeZone: string;
  plane: { ready: boolean; draining: boolean; inFlight: number; catalogVersion: number; journalBytes: number } | null;
};

export async function readAbout(): Promise<About> {
  const plane = await runtime()
    .control.status()
    .catch(() => null);
  return {
    version: packageJson.version,
    license: packageJson.license,
    nodeVersion: process.versions.node,
    timeZone: environment().timeZone,
    plane,
  };
}
