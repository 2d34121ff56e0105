import { isSluiceError, SluiceError } from "../errors.ts";
import { checkUpstreamUrl } from "../gateway/egress.ts";
import { demoBaseUrl } from "../schemas/addresses.ts";
import type { FieldProblem } from "../schemas/problems.ts";
import { environment } from "./runtime.ts";

/**
 * Refuses a base URL that the egress rules forbid. The same rules are applied again to the address that is dialled.
 * @throws SluiceError `egress_denied`
 */
export function requireAllowedAddress(baseUrl: string): void {
  if (baseUrl === demoBaseUrl) return;
  const { egressAllowPrivate, egressAllow, port } = environment();
  try {
    checkUpstreamUrl(baseUrl, { allowPrivate: egressAllowPrivate, allow: egressAllow, ownPort: port });
  } catch (error) {
    if (!isSluiceError(error) || error.code !== "egress_denied") throw error;
    const field: FieldProblem = { path: "baseUrl", code: "egress_denied", params: {}, message: error.message };
    throw new SluiceError("egress_denied", error.message, { param: "baseUrl", details: { fields: [field] } });
  }
}
