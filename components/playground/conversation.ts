import type { PlaygroundPrice } from "@/lib/schemas/playground";
import type { ChatAnswer, ChatHead } from "../overview/stream-chat";

/** What was asked of every column at once. Images are data URLs. */
export type Prompt = { text: string; images: readonly string[] };

export type Answer = {
  phase: "running" | "done" | "stopped" | "failed";
  text: string;
  head: ChatHead | null;
  usage: ChatAnswer["usage"];
  /** The gateway's code, or `network` where it was not reached. */
  errorCode: string | null;
  inOnePiece: boolean;
  /** What was sent, counted roughly. */
  inputEstimate: number;
};

/** Answers by column. A column that came later has none. */
export type Turn = { id: number; prompt: Prompt; answers: Readonly<Record<string, Answer>> };

export type Settings = { system: string; temperature: number | null; maxTokens: number | null; stream: boolean };

type Part = { type: "text"; text: string } | { type: "image_url"; image_url: { url: string } };
type Message = { role: "system" | "user" | "assistant"; content: string | Part[] };

function asked({ text, images }: Prompt): Message {
  if (images.length === 0) return { role: "user", content: text };
  const parts: Part[] = images.map((url) => ({ type: "image_url", image_url: { url } }));
  return { role: "user", content: text === "" ? parts : [{ type: "text", text }, ...parts] };
}

/** The request of one column: its own earlier turns, as far as they were answered, then the new prompt. */
export function requestBody(
  model: string,
  column: string,
  turns: readonly Turn[],
  prompt: Prompt,
  { system, temperature, maxTokens, stream }: Settings,
): { model: string; messages: Message[] } & Record<string, unknown> {
  const earlier = turns.flatMap((turn): Message[] => {
    const answer = turn.answers[column];
    return answer && answer.text !== "" ? [asked(turn.prompt), { role: "assistant", content: answer.text }] : [];
  });
  return {
    model,
    messages: [
      ...(system.trim() === "" ? [] : [{ role: "system" as const, content: system }]),
      ...earlier,
      asked(prompt),
    ],
    ...(temperature !== null && { temperature }),
    ...(maxTokens !== null && { max_tokens: maxTokens }),
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
  };
}

const dense = /[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/gu;
const lettersPerToken = 4;

/** Tokens of a text, roughly: while an answer still comes nobody has counted them. */
export function roughTokens(text: string): number {
  const characters = text.match(dense)?.length ?? 0;
  return Math.ceil(characters + (text.length - characters) / lettersPerToken);
}

const tokensPerImage = 800;

/** Tokens of a whole request, roughly. */
export function roughInput(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => {
    if (typeof content === "string") return sum + roughTokens(content);
    return content.reduce((part, one) => part + (one.type === "text" ? roughTokens(one.text) : tokensPerImage), sum);
  }, 0);
}

/** US dollars of tokens at the one who answers; null = its prices are not known. */
export function roughCost(
  head: ChatHead | null,
  tokens: { input: number; output: number },
  prices: readonly PlaygroundPrice[],
): number | null {
  const price = prices.find(({ provider, model }) => provider === head?.provider && model === head.model);
  if (!price || price.inputPrice === null || price.outputPrice === null) return null;
  return (tokens.input * Number(price.inputPrice) + tokens.output * Number(price.outputPrice)) / 1_000_000;
}

export type Block = { kind: "text"; text: string } | { kind: "code"; language: string; code: string };

/** An answer as paragraphs and fenced code, also while the last fence is still open. Nothing else is interpreted. */
export function blocksOf(answer: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let language: string | null = null;
  const flush = () => {
    const text = lines.join("\n");
    if (language !== null) blocks.push({ kind: "code", language, code: text });
    else if (text.trim() !== "") blocks.push({ kind: "text", text: text.replace(/^\n+|\n+$/g, "") });
    lines = [];
  };
  for (const line of answer.split("\n")) {
    const fence = /^\s*```\s*([\w+#.-]*)\s*$/.exec(line);
    if (!fence || (language !== null && fence[1] !== "")) {
      lines.push(line);
      continue;
    }
    flush();
    language = language === null ? (fence[1] ?? "") : null;
  }
  flush();
  return blocks;
}
