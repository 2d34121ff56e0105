import { z } from "zod";
import { nameText } from "./common.ts";

/** Pages that keep named filters. */
export const viewPages = ["logs", "usage", "audit", "keys"] as const;
export type ViewPage = (typeof viewPages)[number];

/** A query string without a question mark, as it stands in the page's address. */
const queryText = z
  .string()
  .trim()
  .max(2000)
  .regex(/^[^?#\s]*$/);

export const ViewInput = z.strictObject({
  page: z.enum(viewPages),
  name: nameText(60),
  query: queryText,
  /** Everybody who may read sees it; otherwise only whoever saved it. */
  shared: z.boolean().default(false),
});
export type ViewInput = z.infer<typeof ViewInput>;

export const ViewListQuery = z.strictObject({ page: z.enum(viewPages) });
export type ViewListQuery = z.infer<typeof ViewListQuery>;

/** A named filter of a page. */
export type SavedViewView = {
  id: string;
  page: ViewPage;
  name: string;
  query: string;
  shared: boolean;
  /** Whether the reader saved it. */
  mine: boolean;
  createdAt: string;
};
