import { z } from "zod";
import { protocols, wireApis } from "../gateway/types.ts";
import { unfilledBlank } from "./base-url.ts";
import { nameText } from "./common.ts";
import { providerHeaders } from "./headers.ts";
import { presetId } from "./providers.ts";

/** Where a preset stands in the console's picker. */
export const presetGroups = ["popular", "more", "local"] as const;

/** What a person fills in for themselves in an address, as in `https://{resource}.openai.azure.com`. */
export const blankNames = ["resource", "account", "host"] as const;
export type BlankName = (typeof blankNames)[number];

const webPage = z.url({ protocol: /^https$/ });

/** A vendor or a kind of server as it stands in `lib/presets/presets.json`. */
export const PresetEntry = z.strictObject({
  id: presetId,
  name: nameText(60),
  group: z.enum(presetGroups),
  protocol: z.enum(protocols).exclude(["demo"]),
  /** As its protocol wants it; may hold one blank in braces. */
  baseUrl: z.string(),
  wireApi: z.enum(wireApis).default("auto"),
  headers: providerHeaders.default({}),
  /** Whether it answers nobody without a key. */
  needsKey: z.boolean().default(true),
  /** Where a key is made. */
  keyUrl: webPage.nullable().default(null),
  /** Its API's documentation. */
  docsUrl: webPage.nullable().default(null),
  /** One or two letters of our own that stand for it. */
  letters: z.string().regex(/^[\p{L}\d]{1,2}$/u),
  /** The colour of its icon: a slot of the data palette. */
  slot: z.literal([1, 2, 3, 4, 5, 6]),
  /** Other words it is looked for by. */
  keywords: z.array(nameText(40)).default([]),
});

export const PresetFile = z.array(PresetEntry);

/** A preset as the management API shows it: what a new provider of this vendor is filled in with. */
export type PresetView = z.infer<typeof PresetEntry> & {
  /** The blank in `baseUrl`; null = the address is complete. */
  blank: BlankName | null;
};

/** The blank of a template, without its braces. */
export function blankOf(baseUrl: string): BlankName | null {
  const name = unfilledBlank(baseUrl)?.slice(1, -1);
  return blankNames.find((one) => one === name) ?? null;
}

/** Letters and colour of a provider's icon. */
export type PresetIcon = Pick<PresetView, "letters" | "slot">;
