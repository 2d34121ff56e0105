import { type WireName, wireNames } from "../../protocols/conversation.ts";
import { type Feature, type FeatureVerdict, features, featureTable } from "../../protocols/features.ts";
import { type AnswerFeature, answerFeatures, answers, answerTable } from "./answers.ts";
import { requestNotes } from "./request-notes.ts";
import type { ClientSamples } from "./samples.ts";

const titles: Record<WireName, string> = {
  "openai-chat": "OpenAI chat completions",
  "openai-responses": "OpenAI Responses",
  "anthropic-messages": "Anthropic Messages",
  gemini: "Gemini",
};

export function verdictOf(upstream: WireName, feature: Feature): FeatureVerdict {
  return featureTable[upstream][feature] ?? "kept";
}

const code = (name: string) => `\`${name}\``;

/** Names that do not tell what they mean. */
const meanings: Partial<Record<Feature, string>> = {
  system_midway: "an instruction in the midst of the conversation",
  image_file:
    "a picture stored at a provider, by its id; `image_data` and `image_url` are those in the request or on the web",
  document_text: "a document that is plain text",
  tool_strict: "calls fit the schema of the tool exactly",
  tool_custom: "a tool that takes free text instead of JSON",
  tool_hosted: "a tool that the provider runs by itself: search, code, files",
  parallel_tool_calls: "no more than one call of a tool at a time",
  tool_result_error: "the result of a tool says that it failed",
  logprobs: "how likely each token was",
  choices: "more than one answer",
  reasoning_shown: "thoughts, or a summary of them, are wanted in the answer",
  reasoning_blocks: "thoughts of earlier answers that can be read",
  reasoning_signatures: "what their maker signed them with",
  sealed_reasoning: "thoughts that only their maker can read",
  cache_marks: "up to where the provider is to keep the prompt",
  prefill: "the last turn is the assistant's, and the answer goes on with it",
  own_state: "something stored at a provider: an earlier response, a cache, a container",
  own_output: "something else in the answer, which only that format has: sound, other words, other tools",
  own_hints: "other members of that format",
};

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Requests of one client format: a row for each feature it can ask for. */
function requestsOf(client: WireName, asked: ReadonlySet<Feature>): string {
  const upstreams = wireNames.filter((name) => name !== client);
  const rows = features
    .filter((feature) => asked.has(feature))
    .map((feature) => [code(feature), ...upstreams.map((upstream) => verdictOf(upstream, feature))]);
  const silent = features.filter((feature) => !asked.has(feature)).map(code);
  return [
    `### ${titles[client]}`,
    table(["A client asks for", ...upstreams.map((name) => `at ${titles[name]}`)], rows),
    ...(silent.length > 0 ? [`It has no words for: ${silent.join(", ")}.`] : []),
  ].join("\n\n");
}

function requestNotesOf(upstream: WireName): string {
  const lines = features.flatMap((feature) => {
    const note = requestNotes[upstream][feature];
    return note ? [`- ${code(feature)} – ${verdictOf(upstream, feature)}. ${note}`] : [];
  });
  return [`### At ${titles[upstream]}`, lines.join("\n")].join("\n\n");
}

/** Answers to one client format: a row for each thing, a column for each upstream that can tell it. */
function answersTo(client: WireName): string {
  const upstreams = wireNames.filter((name) => name !== client);
  const told = (feature: AnswerFeature) => answerTable[client][feature]?.verdict ?? "kept";
  const rows = answerFeatures
    .filter((feature) => upstreams.some((upstream) => answers[upstream][feature]))
    .map((feature) => [
      code(feature),
      ...upstreams.map((upstream) => (answers[upstream][feature] ? told(feature) : "–")),
    ]);
  const notes = answerFeatures.flatMap((feature) => {
    const entry = answerTable[client][feature];
    return entry ? [`- ${code(feature)} – ${entry.verdict}. ${entry.note}`] : [];
  });
  return [
    `### To a client of ${titles[client]}`,
    table(["An upstream answers with", ...upstreams.map((name) => titles[name])], rows),
    notes.join("\n"),
  ].join("\n\n");
}

const intro = `# Conversions

<!-- Made by lib/gateway/protocols/conversions-page.test.ts; do not edit. Write it anew with: npm run docs:conversions -->

A client of any format talks to a provider of any format. Between the same format nothing is converted: the bytes pass.
Between two formats a request is read once, written in the provider's words, and the answer comes back in the client's. Every
cell below is proved by a test for that pair of formats.

- **kept**: it arrives with the same meaning.
- **adapted**: the same wish in the other format's words, which do not say quite the same. The notes say how.
- **dropped**: left out; the answer is still what was asked for. The header \`x-sluice-dropped\` names it, and the call log
  has the flag \`dropped:…\`.
- **refused**: without it the answer would be another one. Such a provider is not asked (\`capability_missing\`); if nobody
  else can answer, the call fails with 400 \`unsupported_capability\`.
- **–**: that format has no such thing.

OpenAI's, Azure's and all compatible providers are asked as chats or as Responses ([providers.md](providers.md)), Anthropic's
as Messages, Google's as Gemini.

Names of functions keep their meaning too: dots and colons, which only Google allows in them, are \`__dot__\` and
\`__colon__\` for everybody else, and a name that begins with a digit or a dash, which Google does not allow, stands behind
\`_.\` there. Calls come back by the name the client knows.`;

const aboutAnswers = `Text, calls of tools and thoughts stream in pieces as they come; to a Gemini client, whose format has no pieces of a call,
calls come whole. An error in the midst of a stream ends it with an error in the client's format. Proofs of thoughts
(\`signature\`, \`encrypted_content\`, \`thoughtSignature\`) come back to their maker with the client's next request, whatever
its format: a foreign proof travels in an envelope, \`sluice1.…\`, at the place of the client's own.`;

/** docs/conversions.md. `clients` = what each format can ask for. */
export function conversionsPage(clients: Record<WireName, ClientSamples>): string {
  const proof = { origin: "openai" as const, value: "x" };
  const askedBy = (name: WireName) => new Set(Object.keys(clients[name].samples(proof)) as Feature[]);
  return `${[
    intro,
    "## Requests",
    `Names that do not explain themselves: ${Object.entries(meanings)
      .map(([name, meaning]) => `${code(name)} – ${meaning}`)
      .join("; ")}.`,
    ...wireNames.map((name) => requestsOf(name, askedBy(name))),
    "## What happens to requests",
    ...wireNames.map(requestNotesOf),
    "## Answers",
    aboutAnswers,
    ...wireNames.map(answersTo),
  ].join("\n\n")}\n`;
}
