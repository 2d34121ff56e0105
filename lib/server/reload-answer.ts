import { isSluiceError } from "../errors.ts";
import { logger } from "../logger.ts";
import type { Actor } from "../schemas/audit.ts";
import { reloadConfiguration } from "./reload-configuration.ts";

/**
 * `POST /admin/reload`: reads the provider file and the stored configuration again. What cannot be used leaves the last
 * good one in place, and the answer says why.
 * @param actor who asked; undefined = nobody in particular
 */
export async function reloadAnswer(_request: Request, actor: Actor | undefined): Promise<Response> {
  try {
    const { applied, file, added, changed, removed, problems, notes } = await reloadConfiguration(actor);
    if (!applied) {
      const first = problems.find(({ severity }) => severity === "error");
      const place = [first?.path, first?.line !== undefined && `line ${first.line}`].filter(Boolean).join(", ");
      const message = first
        ? [place, first.message].filter(Boolean).join(": ")
        : "The provider file is not usable; the last good configuration stays.";
      return Response.json({ status: "error", message, file, problems }, { status: 500 });
    }
    const report = { file, added, changed, removed, problems, notes };
    return Response.json({ status: "ok", message: "Configuration reloaded", ...report });
  } catch (error) {
    logger().error({ err: error }, "the configuration could not be reloaded");
    const message = isSluiceError(error)
      ? error.message
      : "The configuration could not be read; the last good one stays.";
    return Response.json({ status: "error", message }, { status: 500 });
  }
}
