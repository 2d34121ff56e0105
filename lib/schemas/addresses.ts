import { z } from "zod";
import { normaliseBaseUrl, unfilledBlank } from "./base-url.ts";
import { problem } from "./problems.ts";

const addressOrRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** An IP address or a CIDR range, v4 or v6. */
export const ipRange = z
  .string()
  .trim()
  .max(60)
  .superRefine((value, context) => {
    if (!addressOrRange.safeParse(value).success) {
      context.addIssue(problem("not_an_ip_range", `"${value}" is not an IP address or range.`, { value }));
    }
  });

/** What stands for the address of the built-in demo provider. */
export const demoBaseUrl = "demo://built-in";

/** A provider's base URL. Its protocol trims it (`base-url.ts`); whether we may call it is checked by the server. */
export const baseUrl = z
  .string()
  .trim()
  .max(1000)
  .superRefine((value, context) => {
    const blank = unfilledBlank(value);
    if (value === demoBaseUrl || (!blank && normaliseBaseUrl("openai", value))) return;
    if (blank) context.addIssue(problem("unfilled_blank", `Put your own value in place of ${blank}.`, { blank }));
    else context.addIssue(problem("not_a_url", "An http or https address without user and password."));
  });
