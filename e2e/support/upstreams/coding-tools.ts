import { type Json, pieces } from "./play.ts";

/**
 * Requests as coding tools send them: shapes, members and headers as their published sources show them, words our own.
 * Lengths are as in life, where they matter: tens of kilobytes of instructions, a score of tools.
 */

const manual = (of: string) =>
  `You are ${of}.\n${pieces("Work in small steps, read before you write. ".repeat(400), 4000).join("\n")}`;
const text = { type: "string" };
const parametersOf = (...names: string[]): Json => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, { ...text, description: `The ${name}.` }])),
  required: names.slice(0, 1),
  additionalProperties: false,
});
const tools: [string, string[]][] = [
  ["Bash", ["command", "description", "timeout"]],
  ["Read", ["file_path", "offset", "limit"]],
  ["Edit", ["file_path", "old_string", "new_string"]],
  ["Write", ["file_path", "content"]],
  ["Glob", ["pattern", "path"]],
  ["Grep", ["pattern", "path", "glob", "-A", "-B"]],
  ["Task", ["description", "prompt", "subagent_type"]],
  ["TodoWrite", ["todos"]],
  ["mcp__github__create_pull_request", ["owner", "repo", "title"]],
  ...Array.from({ length: 11 }, (_, at): [string, string[]] => [`mcp__server_${at}__tool`, ["query"]]),
];

const ephemeral = { cache_control: { type: "ephemeral" } };

export const claudeCode = {
  headers: {
    accept: "application/json",
    "anthropic-beta": "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27",
    "anthropic-dangerous-direct-browser-access": "true",
    "anthropic-version": "2023-06-01",
    "content-type": "application/json",
    "user-agent": "claude-cli/2.1.0 (external, cli)",
    "x-app": "cli",
    "x-stainless-lang": "js",
    "x-stainless-timeout": "600",
  },
  /** One of the main loop. `more` = turns after the first question. */
  request: (model: string, more: Json[] = []): Json => ({
    model,
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "<system-reminder>\nThe working directory is clean.\n</system-reminder>" },
          { type: "text", text: "What does this project do?", ...(more.length === 0 && ephemeral) },
        ],
      },
      ...more,
    ],
    system: [
      { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.0; cc_entrypoint=cli;" },
      { type: "text", text: "You are a coding tool for the command line.", ...ephemeral },
      { type: "text", text: manual("a careful engineer"), ...ephemeral },
    ],
    tools: tools.map(([name, names]) => ({
      name,
      description: `${name}: ${pieces("does one thing well ".repeat(20), 200).join("\n")}`,
      input_schema: { $schema: "https://json-schema.org/draft/2020-12/schema", ...parametersOf(...names) },
    })),
    metadata: { user_id: `user_${"0123456789abcdef".repeat(4)}_account__session_0d8a6b1e-3b1f-4b7e-9d51-6a1c1f0a9c11` },
    max_tokens: 32_000,
    thinking: { type: "enabled", budget_tokens: 31_999 },
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
    stream: true,
  }),
  /** It asks so before it begins, to see what its account may do. */
  probe: (model: string): Json => ({
    model,
    max_tokens: 1,
    messages: [{ role: "user", content: "quota" }],
    metadata: { user_id: "user_1" },
  }),
};

const patchGrammar = `start: begin_patch hunk+ end_patch
begin_patch: "*** Begin Patch" LF
end_patch: "*** End Patch" LF?
hunk: /[^*][^\\n]*\\n/
%import common.LF`;

export const codex = {
  headers: {
    accept: "text/event-stream",
    "content-type": "application/json",
    originator: "codex_cli_rs",
    session_id: "0199a213-81c0-7800-8aa1-bbab2a035a53",
    "user-agent": "codex_cli_rs/0.154.0 (Debian 13; x86_64)",
  },
  request: (model: string, more: Json[] = []): Json => ({
    model,
    instructions: manual("a coding agent"),
    input: [
      {
        type: "message",
        role: "developer",
        content: [{ type: "input_text", text: "<permissions>workspace-write</permissions>" }],
      },
      {
        type: "message",
        role: "user",
        content: [{ type: "input_text", text: "<environment_context>\n<shell>bash</shell>\n</environment_context>" }],
      },
      { type: "message", role: "user", content: [{ type: "input_text", text: "Fix the typo." }] },
      ...more,
    ],
    tools: [
      {
        type: "function",
        name: "exec_command",
        description: "Runs a command.",
        strict: false,
        parameters: parametersOf("cmd", "workdir"),
      },
      {
        type: "function",
        name: "update_plan",
        description: "Updates the plan.",
        strict: false,
        parameters: parametersOf("explanation"),
      },
      {
        type: "custom",
        name: "apply_patch",
        description: "Edits files. This is a FREEFORM tool.",
        format: { type: "grammar", syntax: "lark", definition: patchGrammar },
      },
    ],
    tool_choice: "auto",
    parallel_tool_calls: false,
    reasoning: { effort: "medium", summary: "auto" },
    store: false,
    stream: true,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: "0199a213-81c0-7800-8aa1-bbab2a035a53",
    text: { verbosity: "medium" },
    client_metadata: { "x-codex-installation-id": "0199a213" },
  }),
  /** As it is on unless its configuration says otherwise. */
  webSearch: { type: "web_search", external_web_access: false },
};

export const geminiCli = {
  headers: {
    "content-type": "application/json",
    "user-agent": "GeminiCLI/0.43.0/gemini-3-pro-preview (linux; x64) google-api-nodejs-client",
    "x-goog-api-client": "google-genai-sdk/1.30.0 gl-node/v24.1.0",
  },
  request: (more: Json[] = []): Json => ({
    contents: [
      { role: "user", parts: [{ text: "This is the Gemini CLI. The working directory is clean." }] },
      { role: "model", parts: [{ text: "Got it." }] },
      { role: "user", parts: [{ text: "List the files." }] },
      ...more,
    ],
    systemInstruction: { role: "user", parts: [{ text: manual("an interactive agent") }] },
    tools: [
      {
        functionDeclarations: [
          { name: "list_directory", description: "Lists files.", parametersJsonSchema: parametersOf("dir_path") },
          { name: "run_shell_command", description: "Runs it.", parametersJsonSchema: parametersOf("command") },
          { name: "mcp.server-tool", description: "Of a server.", parameters: { type: "OBJECT", properties: {} } },
        ],
      },
    ],
    generationConfig: {
      temperature: 1,
      topP: 0.95,
      topK: 64,
      thinkingConfig: { includeThoughts: true, thinkingLevel: "HIGH" },
    },
  }),
  /** Between turns it asks who speaks next, and wants JSON. */
  nextSpeaker: {
    contents: [{ role: "user", parts: [{ text: "Who speaks next?" }] }],
    generationConfig: {
      temperature: 0,
      topP: 1,
      responseMimeType: "application/json",
      responseJsonSchema: {
        type: "object",
        properties: { reasoning: text, next_speaker: { ...text, enum: ["user", "model"] } },
        required: ["reasoning", "next_speaker"],
      },
    },
  },
};
