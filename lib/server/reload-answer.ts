import { isSluiceError } from "../errors.ts";
import { logger } from "../logger.ts";
import { control } from "./runtime.ts";

/** `POST /admin/reload`: reads the configuration again. What cannot be read leaves the last good one in place, and says so. */
export async function reloadAnswer(): Promise<Response> {
  try {
    await control().reload();
    return Response.json({ status: "ok", message: "Configuration reloaded" });
  } catch (error) {
    logger().error({ err: error }, "the configuration could not be reloaded");
    const message = isSluiceError(error)
      ? error.message
      : "The configuration could not be read; the last good one stays.";
    return Response.json({ status: "error", message }, { status: 500 });
  }
}
