/** One turn of a stored conversation, as text. */
export type ChatTurn = {
  role: string;
  text: string;
  toolCalls: { name: string; arguments: string }[];
  attachments: string[];
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The turns of a stored chat request; null when the text is not one (cut off, another endpoint). */
export function turnsOfRequest(body: string): ChatTurn[] | null {
  const parsed = parse(body);
  return Array.isArray(parsed?.messages) ? parsed.messages.filter(isRecord).map(turnOf) : null;
}

/** The answer in a stored chat response, or the plain text a stream is stored as; null for any other JSON. */
export function turnsOfResponse(body: string): ChatTurn[] | null {
  const parsed = parse(body);
  if (parsed === null && !/^\s*[{[]/.test(body))
    return [{ role: "assistant", text: body, toolCalls: [], attachments: [] }];
  if (!Array.isArray(parsed?.choices)) return null;
  return parsed.choices
    .filter(isRecord)
    .flatMap((choice) => (isRecord(choice.message) ? [turnOf(choice.message)] : []));
}

function parse(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function turnOf(message: Record<string, unknown>): ChatTurn {
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
  if (Array.isArray(message.tool_calls)) {
    for (const call of message.tool_calls.filter(isRecord)) {
      const described = isRecord(call.function) ? call.function : {};
      turn.toolCalls.push({ name: textOf(described.name) || "?", arguments: textOf(described.arguments) });
    }
  }
  return turn;
}
