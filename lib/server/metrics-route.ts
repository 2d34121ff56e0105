import { newId } from "../id.ts";
import { errorAnswer } from "./api-route.ts";
import { authenticate } from "./authenticate.ts";
import { control } from "./runtime.ts";

/** `GET /metrics` for an admin token or a session that may read. */
export async function metricsRoute(request: Request): Promise<Response> {
  try {
    (await authenticate(request)).require("read");
    const { contentType, text } = await control().metrics();
    return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
  } catch (error) {
    return errorAnswer(error, newId("req"));
  }
}
