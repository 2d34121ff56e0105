import { InviteAcceptance } from "@/lib/schemas/users";
import { redeemInvite } from "@/lib/server/users";
import { visitorRoute } from "@/lib/server/visitor-route";

/** The secret of the link is the proof. */
export const POST = visitorRoute("invite", {
  summary: "Use a link: make an account, or set a new password",
  body: InviteAcceptance,
  status: 201,
  reloads: true,
  handler: ({ body, caller }) => redeemInvite(body, caller.ip),
});
