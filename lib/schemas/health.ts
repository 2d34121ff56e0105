import { z } from "zod";
import { idText } from "./common.ts";
import { problem } from "./problems.ts";

/** What to forget the failures of: a provider with its credentials, or one deployment. */
export const HealthResetInput = z
  .strictObject({ providerId: idText.optional(), deploymentId: idText.optional() })
  .superRefine((input, context) => {
    if (input.providerId === undefined && input.deploymentId === undefined) {
      context.addIssue({ ...problem("required", "Give providerId or deploymentId."), path: ["providerId"] });
    }
  });
export type HealthResetInput = z.infer<typeof HealthResetInput>;
