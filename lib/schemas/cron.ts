import { z } from "zod";
import { readCron } from "../cron.ts";
import { problem } from "./problems.ts";

/** A schedule of five cron fields in the time zone of the instance, read by the parser the gateway computes with. */
export const cronText = z
  .string()
  .trim()
  .max(120)
  .superRefine((value, context) => {
    const reading = readCron(value);
    if (reading.ok) return;
    const { wrong } = reading;
    const message =
      wrong === "fields" ? "A schedule has five fields." : `The ${wrong} of this schedule is wrong, or never comes.`;
    context.addIssue(problem("not_a_cron", message, { field: wrong }));
  });
