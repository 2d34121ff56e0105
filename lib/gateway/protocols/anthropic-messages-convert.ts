import { type Aggregator, isObject, type Json, parseObject, stringOrNull } from "./answer-format.ts";

/**
 * Puts a stream of Messages events together into the message a non-stream call would have got. Members and blocks we
 * do not know are kept; deltas of unknown kinds change nothing, as nobody can say what they mean.
 */
export class MessageAggregator implements Aggregator {
  #message: Json = { type: "message", role: "assistant" };
  readonly #blocks = new Map<number, Json>();
  /** The input of tools comes as text, and is JSON only when it is complete. */
  readonly #inputs = new Map<number, string>();

  add(data: string): void {
    const json = parseObject(data);
    if (json) this.take(json);
  }

  /** Takes one event that was read before. */
  take(json: Json): void {
    const index = typeof json.index === "number" ? json.index : 0;
    switch (json.type) {
      case "message_start":
        if (isObject(json.message)) this.#begin(json.message);
        return;
      case "content_block_start":
        if (isObject(json.content_block)) this.#blocks.set(index, { ...json.content_block });
        return;
      case "content_block_delta": {
        const block = this.#blocks.get(index);
        if (block && isObject(json.delta)) this.#grow(index, block, json.delta);
        return;
      }
      case "message_delta":
        this.#finish(json);
    }
  }

  result(): Json {
    const blocks = [...this.#blocks].sort(([a], [b]) => a - b);
    const content = blocks.map(([index, block]) => {
      const input = this.#inputs.get(index);
      return input ? { ...block, input: parseObject(input) ?? {} } : block;
    });
    return { ...this.#message, content };
  }

  #begin(message: Json): void {
    this.#message = message;
    for (const [index, block] of (Array.isArray(message.content) ? message.content : []).entries())
      if (isObject(block)) this.#blocks.set(index, { ...block });
  }

  #grow(index: number, block: Json, delta: Json): void {
    switch (delta.type) {
      case "text_delta":
        block.text = `${stringOrNull(block.text) ?? ""}${stringOrNull(delta.text) ?? ""}`;
        return;
      case "thinking_delta":
        block.thinking = `${stringOrNull(block.thinking) ?? ""}${stringOrNull(delta.thinking) ?? ""}`;
        return;
      case "signature_delta":
        block.signature = stringOrNull(delta.signature) ?? block.signature;
        return;
      case "citations_delta":
        if (Array.isArray(block.citations)) block.citations.push(delta.citation);
        else block.citations = [delta.citation];
        return;
      case "input_json_delta":
        this.#inputs.set(index, (this.#inputs.get(index) ?? "") + (stringOrNull(delta.partial_json) ?? ""));
    }
  }

  /** The counts of the end are totals: they are laid over those of the beginning, as far as they are told. */
  #finish({ type: _type, delta, usage, ...rest }: Json): void {
    const message = this.#message;
    const told = isObject(usage) ? Object.entries(usage).filter(([, value]) => value !== null) : [];
    this.#message = {
      ...message,
      ...rest,
      ...(isObject(delta) ? delta : {}),
      usage: { ...(isObject(message.usage) ? message.usage : {}), ...Object.fromEntries(told) },
    };
  }
}

type NamedEvent = { event: string; data: string };

/** A whole message as the events of a stream, for a client that asked for one. */
export function messageToEvents(json: Json): NamedEvent[] {
  const { content, stop_reason: reason = null, stop_sequence: sequence = null, usage, ...head } = json;
  const counts = isObject(usage) ? usage : {};
  const start = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...counts, output_tokens: 0 },
  };
  const events: Json[] = [{ type: "message_start", message: start }];
  const blocks = Array.isArray(content) ? content.filter(isObject) : [];
  for (const [index, block] of blocks.entries()) {
    const [begin, deltas] = inParts(block);
    events.push({ type: "content_block_start", index, content_block: begin });
    for (const delta of deltas) events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
  }
  const { stop_details: details } = head;
  const delta = {
    stop_reason: reason,
    stop_sequence: sequence,
    ...(details === undefined ? {} : { stop_details: details }),
  };
  events.push({ type: "message_delta", delta, usage: counts }, { type: "message_stop" });
  return events.map((event) => ({ event: String(event.type), data: JSON.stringify(event) }));
}

/** How a block begins, and what it grows by. Blocks that do not grow come whole. */
function inParts(block: Json): [begin: Json, deltas: Json[]] {
  switch (block.type) {
    case "text": {
      const citations = Array.isArray(block.citations) ? block.citations : null;
      const begin = { ...block, text: "", ...(citations ? { citations: [] } : {}) };
      const text = block.text ? [{ type: "text_delta", text: block.text }] : [];
      return [begin, [...(citations ?? []).map((citation) => ({ type: "citations_delta", citation })), ...text]];
    }
    case "thinking": {
      const { thinking, signature } = block;
      const deltas: Json[] = thinking ? [{ type: "thinking_delta", thinking }] : [];
      if (signature) deltas.push({ type: "signature_delta", signature });
      return [{ ...block, thinking: "", signature: "" }, deltas];
    }
    case "tool_use":
    case "server_tool_use":
      return [{ ...block, input: {} }, [{ type: "input_json_delta", partial_json: JSON.stringify(block.input ?? {}) }]];
    default:
      return [block, []];
  }
}
