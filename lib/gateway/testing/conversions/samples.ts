import type { Json } from "../../protocols/answer-format.ts";
import type { Signature } from "../../protocols/conversation.ts";
import type { Feature } from "../../protocols/features.ts";

/** A request that asks for a feature, and the same one without it; members stand over the format's base. */
export type Sample = { asks: Json; plain?: Json };

/** Requests as clients of one format send them. A feature that is not here cannot be asked for in that format. */
export type Samples = Partial<Record<Feature, Sample>>;

export type ClientSamples = {
  base: Json;
  /** `proof` = what the thoughts in them are signed with, as such a client got it from us. */
  samples(proof: Signature): Samples;
};

/** The request itself; a member that is undefined is taken out. */
export function requestOf({ base }: ClientSamples, members: Json = {}): Json {
  return Object.fromEntries(Object.entries({ ...base, ...members }).filter(([, value]) => value !== undefined));
}

export const pixel = "iVBORw0KGgo=";
export const paper = "JVBERi0xLjQ=";
export const sound = "UklGRg==";
export const film = "AAAAIGZ0eXA=";
export const pictureUrl = "https://files.test/cat.png";
export const paperUrl = "https://files.test/paper.pdf";
export const thought = "Look at the weather first.";
export const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
export const grammar = "start: /[a-z]+/";
/** Longer than OpenAI takes. */
export const longName = `ann-${"x".repeat(70)}`;
