import { SetupInput } from "@/lib/schemas/account";
import { completeSetup } from "@/lib/server/setup";
import { visitorRoute } from "@/lib/server/visitor-route";

/** There is no session to protect yet: the printed code is the proof. */
export const POST = visitorRoute("set-up", {
  summary: "Create the first account",
  body: SetupInput,
  status: 201,
  handler: async ({ body, caller }) => {
    await completeSetup(body, caller);
    return { username: body.username };
  },
});
