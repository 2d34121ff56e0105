import { z } from "zod";
import { nameText } from "./common.ts";
import { timeZone } from "./settings.ts";

/** Text as it is typed into a password field: never trimmed, only its size is bounded here (in UTF-16 units). */
const passwordText = z.string().min(1).max(1_024);

/** The first account, made with the printed set-up code. */
export const SetupInput = z.strictObject({
  code: z.string().trim().min(1).max(60),
  username: nameText(64),
  password: passwordText,
});
export type SetupInput = z.infer<typeof SetupInput>;

/** What an account starts with on its next device. null = as the browser says. */
export const AccountPatch = z.strictObject({
  locale: z.enum(["en", "zh-CN", "zh-TW", "ja", "ko"]).nullable().optional(),
  timeZone: timeZone.nullable().optional(),
});
export type AccountPatch = z.infer<typeof AccountPatch>;

export const PasswordChange = z.strictObject({ current: passwordText, next: passwordText });
export type PasswordChange = z.infer<typeof PasswordChange>;
