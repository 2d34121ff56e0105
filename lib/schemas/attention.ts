import type { AttemptReason, DeploymentState } from "../gateway/types.ts";

type Named = { id: string; name: string };

/** `critical`: calls fail now. `warning`: less can serve, or soon will. `notice`: worth a look. */
export type AttentionLevel = "critical" | "warning" | "notice";

/** A deployment with the provider it belongs to. */
export type AttentionDeployment = Named & { provider: Named };

/** What is wrong, with its evidence. Money is decimal USD, shares lie between 0 and 1 (above 1 = over), times are RFC 3339. */
export type AttentionMatter =
  | { kind: "gateway_unreachable" }
  /** `members` are those switched on, none of which can take a call; `retryAt` is when the first may. */
  | { kind: "group_cannot_serve"; group: Named; members: number; retryAt: string | null }
  | {
      kind: "deployment_state";
      deployment: AttentionDeployment;
      state: Extract<DeploymentState["state"], "circuit_open" | "half_open" | "cooling_down" | "degraded">;
      reason: AttemptReason | null;
      failures: number;
      threshold: number;
      /** When it is tried again. */
      retryAt: string | null;
    }
  | { kind: "deployment_held"; deployment: AttentionDeployment; note: string | null; until: string | null }
  | {
      kind: "quota";
      deployment: AttentionDeployment;
      quota: "requests" | "tokens" | "total";
      used: number;
      limit: number;
      share: number;
      resetsAt: string | null;
    }
  | {
      kind: "credential_set_aside";
      credential: Named;
      provider: Named;
      reason: AttemptReason;
      httpStatus: number | null;
      retryAt: string;
    }
  | {
      kind: "key_budget";
      key: Named;
      window: "day" | "month" | "total";
      usedUsd: string;
      limitUsd: string;
      share: number;
      resetsAt: string | null;
    }
  | { kind: "key_expiry"; key: Named; expiresAt: string; expired: boolean }
  /** `unpriced` calls of the last 24 hours have no known cost. */
  | { kind: "unpriced"; deployment: AttentionDeployment; unpriced: number }
  | { kind: "provider_file"; path: string; errors: number; message: string }
  | { kind: "model_sync"; provider: Named; added: number; changed: number; vanished: number; failed: boolean }
  | { kind: "journal_backlog"; bytes: number };

/** `calls` are those of the last 24 hours that asked for what this is about: what the order within a level is made of. */
export type AttentionItem = AttentionMatter & {
  /** Stays the same while it is the same matter. */
  id: string;
  level: AttentionLevel;
  since: string | null;
  calls: number;
};

/** Whether groups that are switched on can answer a call right now. Null lists = the gateway could not be asked. */
export type GroupHealth = {
  groups: number;
  /** Not one of their members can take a call. */
  cannotServe: Named[];
  /** They answer, but without a member that should be there. */
  reduced: Named[];
};

export type AttentionView = {
  /** Null while the gateway cannot be asked. */
  health: GroupHealth | null;
  /** The most important first. */
  items: AttentionItem[];
  /** Further ones that are not listed. */
  more: number;
};
