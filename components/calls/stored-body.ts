/** One turn of a stored conversation, as text. */
export type ChatTurn = {
  role: string;
  text: string;
  toolCalls: { name: string; arguments: string }[];
  attachments: string[];
};

/** What is known about a part that is no text to read. */
export type BodyNote =
  | { key: "tokenLists"; count: number }
  | { key: "field"; name: string; value: string }
  | { key: "file"; name: string; filename: string; type: string; bytes: number | null };

export type BodyView = { turns: ChatTurn[]; notes: BodyNote[] };

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const recordsOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);
const plainTurn = (role: string, text: string): ChatTurn => ({ role, text, toolCalls: [], attachments: [] });

/** What somebody asked, of any endpoint; null when the text is nothing we know (cut off, another format). */
export function viewOfRequest(body: string): BodyView | null {
  const parsed = parse(body);
  if (Array.isArray(parsed)) return formView(recordsOf(parsed));
  if (!isRecord(parsed)) return null;
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

/** A form as the gateway stores it: its fields with their values, its files without their bytes. */
function formView(parts: readonly Json[]): BodyView | null {
  const prompts: ChatTurn[] = [];
  const notes = parts.flatMap((part): BodyNote[] => {
    const name = textOf(part.name);
    if (typeof part.filename === "string") {
      const bytes = typeof part.bytes === "number" ? part.bytes : null;
      return [{ key: "file", name, filename: part.filename, type: textOf(part.contentType), bytes }];
    }
    if (typeof part.value !== "string") return [];
    if (name !== "prompt") return [{ key: "field", name, value: part.value }];
    prompts.push(plainTurn("user", part.value));
    return [];
  });
  return prompts.length + notes.length > 0 ? { turns: prompts, notes } : null;
}

/** What was answered: the text the gateway keeps of an answer, or the choices of a chat; null for any other JSON. */
export function viewOfResponse(body: string): BodyView | null {
  const value = parse(body);
  if (value === undefined && !/^\s*[{[]/.test(body)) return { turns: [plainTurn("assistant", body)], notes: [] };
  if (!isRecord(value) || !Array.isArray(value.choices)) return null;
  return { turns: recordsOf(value.choices).flatMap(choiceTurns), notes: [] };
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

/** The JSON of a text; undefined when it is none. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
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
