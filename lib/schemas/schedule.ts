import { z } from "zod";
import { cronText } from "./cron.ts";

/** Without `cron`: every local day, as a quota without a schedule has it. */
export const ScheduleQuery = z.strictObject({ cron: cronText.optional() });
export type ScheduleQuery = z.infer<typeof ScheduleQuery>;

/** When a schedule begins anew next, RFC 3339, and the time zone it is read in. */
export type ScheduleView = { timeZone: string; resets: string[] };
