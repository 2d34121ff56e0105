/** Messages as Anthropic's API streams them, shaped as its documentation shows them. */

type Json = Record<string, unknown>;

export function messageStart(usage: Json = { input_tokens: 472, output_tokens: 2 }, more: Json = {}): Json {
  return {
    type: "message_start",
    message: {
      id: "msg_01XFDUDYJgAACzvnptvVoYEL",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-5-20250929",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
      ...more,
    },
  };
}
export const blockStart = (index: number, block: Json): Json => ({
  type: "content_block_start",
  index,
  content_block: block,
});
export const blockDelta = (index: number, delta: Json): Json => ({ type: "content_block_delta", index, delta });
export const blockStop = (index: number): Json => ({ type: "content_block_stop", index });
export const messageEnd = (reason: string, usage: Json = { output_tokens: 89 }, delta: Json = {}): Json[] => [
  { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null, ...delta }, usage },
  { type: "message_stop" },
];

export const thinkingAndTools: Json[] = [
  messageStart({ input_tokens: 10, cache_creation_input_tokens: 200, cache_read_input_tokens: 3000, output_tokens: 1 }),
  { type: "ping" },
  blockStart(0, { type: "thinking", thinking: "", signature: "" }),
  blockDelta(0, { type: "thinking_delta", thinking: "Two cities, " }),
  blockDelta(0, { type: "thinking_delta", thinking: "so two calls." }),
  blockDelta(0, { type: "signature_delta", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" }),
  blockStop(0),
  blockStart(1, { type: "redacted_thinking", data: "EmwKAhgBEgy3va3pzix" }),
  blockStop(1),
  blockStart(2, { type: "text", text: "" }),
  blockDelta(2, { type: "text_delta", text: "I look " }),
  blockDelta(2, { type: "text_delta", text: "it up." }),
  blockStop(2),
  blockStart(3, { type: "tool_use", id: "toolu_01A", name: "get_weather", input: {} }),
  blockDelta(3, { type: "input_json_delta", partial_json: "" }),
  blockDelta(3, { type: "input_json_delta", partial_json: '{"location": "San' }),
  blockDelta(3, { type: "input_json_delta", partial_json: ' Francisco"}' }),
  blockStop(3),
  blockStart(4, { type: "tool_use", id: "toolu_01B", name: "get_time", input: {} }),
  blockStop(4),
  ...messageEnd("tool_use", { output_tokens: 89, output_tokens_details: { thinking_tokens: 30 } }),
];

const found = {
  type: "web_search_result",
  title: "NYC",
  url: "https://example.com",
  encrypted_content: "Ev0",
  page_age: null,
};
const citation = {
  type: "web_search_result_location",
  cited_text: "sunny",
  url: "https://example.com",
  title: "NYC",
  encrypted_index: "Eo8",
};

export const searchAndCitations: Json[] = [
  messageStart(),
  blockStart(0, { type: "server_tool_use", id: "srvtoolu_014", name: "web_search", input: {} }),
  blockDelta(0, { type: "input_json_delta", partial_json: '{"query":"weather NYC"}' }),
  blockStop(0),
  blockStart(1, { type: "web_search_tool_result", tool_use_id: "srvtoolu_014", content: [found] }),
  blockStop(1),
  blockStart(2, { type: "text", text: "", citations: [] }),
  blockDelta(2, { type: "citations_delta", citation }),
  blockDelta(2, { type: "text_delta", text: "It is sunny." }),
  blockStop(2),
  ...messageEnd("end_turn", { input_tokens: 10682, output_tokens: 510, server_tool_use: { web_search_requests: 1 } }),
];

export const refused: Json[] = [
  messageStart(),
  blockStart(0, { type: "text", text: "" }),
  blockDelta(0, { type: "text_delta", text: "I can" }),
  blockStop(0),
  ...messageEnd(
    "refusal",
    { output_tokens: 3 },
    { stop_details: { type: "refusal", category: "bio", explanation: null } },
  ),
];

export const overloadedMidway: Json[] = [
  messageStart(),
  blockStart(0, { type: "text", text: "" }),
  blockDelta(0, { type: "text_delta", text: "Hel" }),
  { type: "error", error: { type: "overloaded_error", message: "Overloaded" }, request_id: "req_011" },
];
