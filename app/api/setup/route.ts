import { SluiceError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { SetupInput } from "@/lib/schemas/account";
import { fieldProblems } from "@/lib/schemas/problems";
import { errorAnswer, invalidFields } from "@/lib/server/api-route";
import { isJsonType, readJsonBody } from "@/lib/server/json-body";
import { loginThrottle } from "@/lib/server/login-throttle";
import { completeSetup } from "@/lib/server/setup";
import { visitorAddress } from "@/lib/server/visitor-address";

/**
 * Creates the first account. There is no session to protect yet: the printed code is the proof, and JSON keeps forms of
 * other sites out.
 */
export async function POST(request: Request): Promise<Response> {
  try {
    if (!isJsonType(request.headers.get("content-type"))) {
      throw new SluiceError("unsupported_media_type", "Send the body as application/json.");
    }
    const ip = visitorAddress(request.headers);
    const admission = loginThrottle().admit("set-up", ip);
    if (!admission.admitted) {
      throw new SluiceError("rate_limit_exceeded", "Too many tries. Wait before the next one.", {
        retryAfterSeconds: admission.retryAfterSeconds,
      });
    }
    const parsed = SetupInput.safeParse(await readJsonBody(request), { reportInput: true });
    if (!parsed.success) throw invalidFields(fieldProblems(parsed.error));
    await completeSetup(parsed.data, { ip });
    return Response.json({ username: parsed.data.username }, { status: 201, headers: { "cache-control": "no-store" } });
  } catch (error) {
    return errorAnswer(error, newId("req"));
  }
}
