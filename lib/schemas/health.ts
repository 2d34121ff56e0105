import { z } from "zod";
import type { AttemptReason, DeploymentState } from "../gateway/types.ts";
import { idText, timestamp, whole } from "./common.ts";
import { healthModes, healthRanges } from "./health-terms.ts";
import { problem } from "./problems.ts";

/** What to forget the failures of: a provider with its credentials, or one deployment. */
export const HealthResetInput = z
  .strictObject({ providerId: idText.optional(), deploymentId: idText.optional() })
  .superRefine((input, context) => {
    if (input.providerId === undefined && input.deploymentId === undefined) {
      context.addIssue({ ...problem("required", "Give providerId or deploymentId."), path: ["providerId"] });
    }
  });
export type HealthResetInput = z.infer<typeof HealthResetInput>;

/** Cells of a health strip. */
export const stripCells = 90;

export type HealthRange = (typeof healthRanges)[number];

/** The length of a cell in seconds: a ninetieth of the range. Cells of 90 days are days of the instance's time zone. */
export const cellSeconds = { "1h": 40, "24h": 960, "7d": 6720, "90d": 86_400 } as const satisfies Record<
  HealthRange,
  number
>;

export type HealthMode = (typeof healthModes)[number];

/** `circuit`: open, half-open or cooling down at some time of the cell. `none`: no attempt, and nothing else to say. */
export const cellStates = ["ready", "degraded", "down", "circuit", "held", "none"] as const;
export type CellState = (typeof cellStates)[number];

/** What the gateway does by itself. */
export const gatewayEventKinds = [
  "opened",
  "reopened",
  "half_open",
  "closed",
  "cooled",
  "credential_refused",
  "credential_returned",
] as const;
export type GatewayEventKind = (typeof gatewayEventKinds)[number];

/** What a person does. */
export const personEventKinds = ["held", "released", "reset", "changed"] as const;
export type HealthEventKind = GatewayEventKind | (typeof personEventKinds)[number];

/** Why a circuit closed, or a credential came back: `answered`, a person's `reset`, a new start, or the thing is gone. */
export type EndReason = "answered" | "reset" | "restart" | "removed";

/** One thing that was done, with what was known then. Absent members mean nothing for its kind. */
export type HealthEvent = {
  at: string;
  kind: HealthEventKind;
  /** Null = the whole provider. */
  deploymentId: string | null;
  reason: AttemptReason | EndReason | string | null;
  failures?: number;
  threshold?: number;
  windowMinutes?: number;
  /** When the circuit, the cooldown or the hold ends unless something else happens first. */
  until?: string;
  httpStatus?: number;
  /** Who did it. */
  actor?: string;
  /** Names of the fields that were changed. */
  fields?: string[];
};

/** `ok / (ok + failed)` is the success rate: what a caller did wrong counts for neither. `p95` is in ms. */
export type HealthCell = {
  at: string;
  attempts: number;
  ok: number;
  failed: number;
  p95: number | null;
  state: CellState;
};

export type HealthTotals = {
  attempts: number;
  ok: number;
  failed: number;
  /** Null where nothing was answered and nothing failed. */
  successRate: number | null;
  p95: number | null;
};

/** Whether a group can serve a call now. `reduced`: not by its first tier, or not by all of that. */
export type Serving = "yes" | "reduced" | "no";

/** A member of a group as it is now. */
export type GroupMemberNow = {
  deploymentId: string;
  name: string;
  provider: string;
  tier: number;
  usable: boolean;
  /** Why it takes no calls, and when it may again; the live state where it has one. */
  state: DeploymentState["state"] | "unknown";
  reason: AttemptReason | null;
  retryAt: string | null;
};

/** `tier`: the one asked first now, of those with a usable member; null = nobody can serve. */
export type GroupServing = {
  id: string;
  name: string;
  enabled: boolean;
  serving: Serving;
  tier: number | null;
  members: GroupMemberNow[];
};

/** The last failed attempt at a deployment. */
export type LastError = { at: string; reason: AttemptReason; httpStatus: number | null; callId: string };

/** One row of the status page: cells from old to new, the last of which may not be over yet. */
export type HealthRow = {
  id: string;
  name: string;
  provider: { id: string; name: string } | null;
  cells: HealthCell[];
  events: HealthEvent[];
  totals: HealthTotals;
  /** Of deployments, in the range. */
  lastError: LastError | null;
};

export type HealthView = {
  range: HealthRange;
  mode: HealthMode;
  from: string;
  to: string;
  rows: HealthRow[];
};

export const HealthQuery = z.strictObject({
  range: z.enum(healthRanges).default("24h"),
  mode: z.enum(healthModes).default("deployments"),
  /** One id of the mode's kind; absent = all. */
  id: idText.optional(),
});
export type HealthQuery = z.infer<typeof HealthQuery>;

/** A time in which a deployment was out of use by the gateway's own decision. */
export type Incident = {
  id: string;
  kind: "circuit" | "credential";
  provider: { id: string; name: string };
  deployment: { id: string; name: string } | null;
  openedAt: string;
  /** Null = it goes on. */
  closedAt: string | null;
  durationMs: number;
  reason: string | null;
  failures: number | null;
  threshold: number | null;
  windowMinutes: number | null;
  /** How often the way back was tried in vain. */
  reopened: number;
  closedBy: EndReason | null;
  /** Calls of which an attempt failed there meanwhile, and how many of those were answered by somebody else.
   * Null = those calls are no longer stored. */
  affected: number | null;
  rescued: number | null;
};

export const IncidentQuery = z.strictObject({
  from: timestamp.optional(),
  to: timestamp.optional(),
  deploymentId: idText.optional(),
  providerId: idText.optional(),
  limit: z.coerce.number().pipe(whole(1, 200)).optional(),
});
export type IncidentQuery = z.infer<typeof IncidentQuery>;
