import { z } from "zod";
import { protocols } from "../gateway/types.ts";
import { baseUrl } from "./addresses.ts";
import { nameText } from "./common.ts";
import { changedHeaders } from "./headers.ts";
import { secretText } from "./providers.ts";

/** An address and a key as they were typed; nothing of it is stored. */
export const ConnectionCheckInput = z.strictObject({
  protocol: z.enum(protocols).exclude(["demo"]),
  baseUrl,
  apiVersion: nameText(40).nullable().optional(),
  apiKey: secretText.optional(),
  headers: changedHeaders.optional(),
});
export type ConnectionCheckInput = z.infer<typeof ConnectionCheckInput>;

export const connectionStages = ["dns", "tls", "auth", "list"] as const;
export type ConnectionStageName = (typeof connectionStages)[number];

/** Why a stage is not simply good. A closed list: the console has a sentence with the remedy for each. */
export type ConnectionProblem =
  | "egress_denied"
  | "unknown_host"
  | "dns_failed"
  | "refused"
  | "unreachable"
  | "slow"
  | "certificate"
  | "not_tls"
  | "not_encrypted"
  | "key_refused"
  | "key_missing"
  | "key_unproven"
  | "no_list"
  | "not_a_list"
  | "redirect"
  | "server_error";

/**
 * One stage of a connection. `unproven`: nothing stands against it, but it was not put to the test. `detail` is what
 * was found there: an address, a certificate's problem, a status; never a secret.
 */
export type ConnectionStage = {
  name: ConnectionStageName;
  state: "ok" | "failed" | "unproven" | "skipped";
  ms: number | null;
  problem: ConnectionProblem | null;
  detail: string | null;
};

/** The stages in their order; `models`: how many the list has, null where it could not be read. */
export type ConnectionCheckView = { host: string; stages: ConnectionStage[]; models: number | null };
