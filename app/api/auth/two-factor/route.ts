import { Nothing } from "@/lib/schemas/common";
import { TwoFactorConfirmation, TwoFactorRemoval } from "@/lib/schemas/users";
import { adminRoute } from "@/lib/server/admin";
import { confirmTwoFactor, dropTwoFactor, readOwnTwoFactor, startTwoFactor } from "@/lib/server/two-factor";

export const GET = adminRoute({
  summary: "Whether the signed-in account has a second factor",
  permission: "read",
  handler: ({ caller }) => readOwnTwoFactor(caller),
});

export const POST = adminRoute({
  summary: "Begin to set up a second factor: a secret for an authenticator app",
  permission: "read",
  body: Nothing,
  status: 201,
  handler: ({ caller }) => startTwoFactor(caller),
});

export const PUT = adminRoute({
  summary: "Turn the second factor on with a code of the app; the recovery codes are only in this answer",
  permission: "read",
  body: TwoFactorConfirmation,
  handler: ({ caller, body }) => confirmTwoFactor(caller, body.code),
});

export const DELETE = adminRoute({
  summary: "Turn the second factor of the signed-in account off",
  permission: "read",
  body: TwoFactorRemoval,
  handler: ({ caller, body }) => dropTwoFactor(caller, body.password),
});
