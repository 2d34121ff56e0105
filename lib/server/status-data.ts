import type { HealthMode, HealthRange, HealthView } from "../schemas/health.ts";
import { environment } from "./runtime.ts";
import { readHealth } from "./status-view.ts";

/** Strips for the first picture of a page; the browser asks for the later ones itself. */
export function loadStrips(mode: HealthMode, range: HealthRange = "24h"): Promise<HealthView> {
  return readHealth({ mode, range }, environment().timeZone);
}
