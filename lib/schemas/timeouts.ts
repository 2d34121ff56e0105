import { z } from "zod";
import { settingDefinitions } from "./settings.ts";

const clock = (key: "connectMs" | "firstTokenMs" | "firstByteMs" | "idleMs" | "totalMs") =>
  settingDefinitions[key].schema.optional();

/** Clocks in milliseconds. An absent one is inherited: group, else provider, else settings. */
export const Timeouts = z.strictObject({
  connectMs: clock("connectMs"),
  firstTokenMs: clock("firstTokenMs"),
  firstByteMs: clock("firstByteMs"),
  idleMs: clock("idleMs"),
  totalMs: clock("totalMs"),
});
export type Timeouts = z.infer<typeof Timeouts>;
