import { z } from "zod";

/** Text somebody types to find a thing by its name or id. */
export const SearchQuery = z.strictObject({ q: z.string().trim().min(1).max(200) });

export const foundKinds = ["group", "provider", "deployment", "key", "user"] as const;

/** One thing that was found. `detail` tells two of the same name apart. */
export type FoundObject = {
  kind: (typeof foundKinds)[number];
  id: string;
  name: string;
  detail: string | null;
  /** The provider of a deployment, on whose page it is. */
  providerId: string | null;
  enabled: boolean;
};

/** Best first. */
export type SearchAnswer = { items: FoundObject[] };
