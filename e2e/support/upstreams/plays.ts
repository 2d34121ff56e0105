import type { Play } from "./play.ts";

/** What upstreams are to say in tests of clients. */

export const hello: Play = { text: "Hello from afar." };

/** A thought, a word, and two calls of tools at once. */
export const lookup: Play = {
  thought: "Two questions, so two calls.",
  text: "Let me see.",
  calls: [
    { id: "call_a", name: "weather", args: { city: "Zürich", days: 2 } },
    { id: "call_b", name: "time", args: { zone: "CET" } },
  ],
};

export const json: Play = { text: '{"city":"Rome","degrees":21}' };

/** The schema of {@link json}. */
export const citySchema = {
  type: "object",
  properties: { city: { type: "string" }, degrees: { type: "integer" } },
  required: ["city", "degrees"],
  additionalProperties: false,
};

export const weatherSchema = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer" } },
  required: ["city", "days"],
  additionalProperties: false,
};

export const timeSchema = {
  type: "object",
  properties: { zone: { type: "string" } },
  required: ["zone"],
  additionalProperties: false,
};
