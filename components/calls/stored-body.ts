/** One turn of a stored conversation, as text. */
export type ChatTurn = {
  role: string;
  text: string;
  toolCalls: { name: string; arguments: string }[];
  attachments: string[];
};

/** What is known about a part that is no text to read. */
export type BodyNote =
  | { key: "vectors"; count: number; numbers: number }
  | { key: "images"; count: number }
  | { key: "tokenLists"; count: number }
  | { key: "flagged" | "notFlagged"; categories: string }
  | { key: "ranked"; position: number; document: number; score: number };

export type BodyView = { turns: ChatTurn[]; notes: BodyNote[] };

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const recordsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const plainTurn = (role: string, text: string): ChatTurn => ({ role, text, toolCalls: [], attachments: [] });

/** What somebody asked, of any endpoint; null when the text is nothing we know (cut off, a form, another format). */
export function viewOfRequest(body: string): BodyView | null {
  const parsed = parse(body);
  if (parsed === null) return null;
  const turns: ChatTurn[] = [];
  const notes: BodyNote[] = [];
  if (textOf(parsed.instructions) !== "") turns.push(plainTurn("system", textOf(parsed.instructions)));
  if (Array.isArray(parsed.messages)) turns.push(...recordsOf(parsed.messages).map(turnOf));
  for (const asked of [parsed.prompt, parsed.query, parsed.input]) {
    const view = inputView(asked);
    turns.push(...view.turns);
    notes.push(...view.notes);
  }
  if (Array.isArray(parsed.documents)) {
    for (const document of parsed.documents)
      turns.push(plainTurn("document", textOf(isRecord(document) ? document.text : document)));
  }
  return turns.length > 0 || notes.length > 0 || Array.isArray(parsed.messages) ? { turns, notes } : null;
}

/** A prompt or an input: one text, several, lists of tokens, or the items of a conversation. */
function inputView(value: unknown): BodyView {
  if (typeof value === "string") return { turns: [plainTurn("user", value)], notes: [] };
  if (!Array.isArray(value) || value.length === 0) return { turns: [], notes: [] };
  if (value.every((part) => typeof part === "number")) {
    return { turns: [], notes: [{ key: "tokenLists", count: 1 }] };
  }
  const lists = value.filter((part) => Array.isArray(part)).length;
  return {
    turns: value.flatMap((part) =>
      typeof part === "string" ? [plainTurn("user", part)] : isRecord(part) ? itemTurns(part, "user") : [],
    ),
    notes: lists > 0 ? [{ key: "tokenLists", count: lists }] : [],
  };
}

/** What was answered: a conversation, a text, or what is known about data; null for anything else. */
export function viewOfResponse(body: string): BodyView | null {
  const parsed = parse(body);
  if (parsed === null) {
    return /^\s*[{[]/.test(body) ? null : { turns: [plainTurn("assistant", body)], notes: [] };
  }
  if (Array.isArray(parsed.choices)) return { turns: recordsOf(parsed.choices).flatMap(choiceTurns), notes: [] };
  if (Array.isArray(parsed.output)) {
    return { turns: recordsOf(parsed.output).flatMap((item) => itemTurns(item, "assistant")), notes: [] };
  }
  if (typeof parsed.text === "string") return { turns: [plainTurn("assistant", parsed.text)], notes: [] };
  const notes = [...dataNotes(recordsOf(parsed.data)), ...resultNotes(recordsOf(parsed.results))];
  return notes.length > 0 ? { turns: [], notes } : null;
}

function choiceTurns(choice: Json): ChatTurn[] {
  if (isRecord(choice.message)) return [turnOf(choice.message)];
  return typeof choice.text === "string" ? [plainTurn("assistant", choice.text)] : [];
}

/** An item of the Responses format: a message, a call of a tool, or what a tool gave back. */
function itemTurns(item: Json, role: string): ChatTurn[] {
  if (item.type === "function_call") {
    const toolCall = { name: textOf(item.name) || "?", arguments: textOf(item.arguments) };
    return [{ role: "assistant", text: "", toolCalls: [toolCall], attachments: [] }];
  }
  if (item.type === "function_call_output") return [plainTurn("tool", textOf(item.output))];
  if (item.type === "reasoning") return [];
  if (typeof item.text === "string") return [plainTurn(role, item.text)];
  return [turnOf({ role, ...item })];
}

function dataNotes(data: readonly Json[]): BodyNote[] {
  const vectors = data.filter(({ embedding }) => embedding !== undefined);
  const images = data.filter(({ url, b64_json }) => url !== undefined || b64_json !== undefined);
  const [first] = vectors;
  return [
    ...(first
      ? [
          {
            key: "vectors" as const,
            count: vectors.length,
            numbers: Array.isArray(first.embedding) ? first.embedding.length : 0,
          },
        ]
      : []),
    ...(images.length > 0 ? [{ key: "images" as const, count: images.length }] : []),
  ];
}

/** Moderations and rerank both call them results. */
function resultNotes(results: readonly Json[]): BodyNote[] {
  return results.flatMap((result, position): BodyNote[] => {
    if (typeof result.flagged === "boolean") {
      const categories = Object.entries(isRecord(result.categories) ? result.categories : {})
        .filter(([, hit]) => hit === true)
        .map(([name]) => name);
      return [{ key: result.flagged ? "flagged" : "notFlagged", categories: categories.join(", ") }];
    }
    if (typeof result.index === "number" && typeof result.relevance_score === "number") {
      const { index, relevance_score: score } = result;
      return [{ key: "ranked", position: position + 1, document: index + 1, score }];
    }
    return [];
  });
}

function parse(body: string): Json | null {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function turnOf(message: Json): ChatTurn {
  const turn: ChatTurn = { role: textOf(message.role) || "assistant", text: "", toolCalls: [], attachments: [] };
  if (typeof message.content === "string") turn.text = message.content;
  else if (Array.isArray(message.content)) {
    const texts: string[] = [];
    for (const part of message.content.filter(isRecord)) {
      if (typeof part.text === "string") texts.push(part.text);
      else turn.attachments.push(textOf(part.type) || "?");
    }
    turn.text = texts.join("\n");
  }
  if (turn.text === "" && typeof message.refusal === "string") turn.text = message.refusal;
  for (const call of recordsOf(message.tool_calls)) {
    const described = isRecord(call.function) ? call.function : {};
    turn.toolCalls.push({ name: textOf(described.name) || "?", arguments: textOf(described.arguments) });
  }
  return turn;
}
