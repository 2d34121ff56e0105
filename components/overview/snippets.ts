export const snippetLanguages = [
  "curl",
  "python",
  "node",
  "vercel-ai",
  "langchain",
  "anthropic",
  "google-genai",
  "claude-code",
  "codex",
  "gemini-cli",
  "open-webui",
  "continue",
] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number];

/** Each with the name of the language and, in brackets, of the library. `tool`: something set up, not a program. */
export const snippetChoices: readonly { value: SnippetLanguage; label: string; kind: "code" | "tool" }[] = [
  { value: "curl", label: "curl", kind: "code" },
  { value: "python", label: "Python (openai)", kind: "code" },
  { value: "node", label: "Node.js (openai)", kind: "code" },
  { value: "vercel-ai", label: "Vercel AI SDK", kind: "code" },
  { value: "langchain", label: "LangChain", kind: "code" },
  { value: "anthropic", label: "Python (anthropic)", kind: "code" },
  { value: "google-genai", label: "Node.js (@google/genai)", kind: "code" },
  { value: "claude-code", label: "Claude Code", kind: "tool" },
  { value: "codex", label: "Codex CLI", kind: "tool" },
  { value: "gemini-cli", label: "Gemini CLI", kind: "tool" },
  { value: "open-webui", label: "Open WebUI", kind: "tool" },
  { value: "continue", label: "Continue", kind: "tool" },
];

export type SnippetInput = {
  origin: string;
  /** Null = the reader's own, from the environment variable {@link keyVariable}. */
  key: string | null;
  model: string;
  message: string;
  system?: string;
  temperature?: number | null;
  maxTokens?: number | null;
};

export const keyVariable = "SLUICE_API_KEY";

/** One file or command. `file` null = to run or to type; otherwise where it belongs. */
export type SnippetPart = { file: string | null; code: string };

/** What to run, to write or to put where, so that a client calls this server. Every value is quoted for its language. */
export function snippetParts(language: SnippetLanguage, input: SnippetInput): SnippetPart[] {
  return clients[language](input);
}

/** All parts in one text. */
export function snippet(language: SnippetLanguage, input: SnippetInput): string {
  return snippetParts(language, input)
    .map(({ file, code }) => (file === null ? code : `# ${file}\n${code}`))
    .join("\n\n");
}

const quoted = (text: string) => JSON.stringify(text);
const only = (...lines: (string | false)[]): SnippetPart[] => [{ file: null, code: joined(lines) }];
const joined = (lines: readonly (string | false)[]) => lines.filter((line) => line !== false).join("\n");
const given = (value: number | null | undefined): value is number => value !== null && value !== undefined;

const turns = ({ system, message }: SnippetInput) => [
  ...(system ? [{ role: "system", content: system }] : []),
  { role: "user", content: message },
];

const python = {
  key: (key: string | null) => (key === null ? `os.environ["${keyVariable}"]` : quoted(key)),
  messages: (input: SnippetInput) => turns(input).map((turn) => `        ${dictionary(turn)},`),
  os: (key: string | null) => key === null && "import os",
};
const node = { key: (key: string | null) => (key === null ? `process.env.${keyVariable}` : quoted(key)) };
const dictionary = ({ role, content }: { role: string; content: string }) =>
  `{"role": ${quoted(role)}, "content": ${quoted(content)}}`;
const literal = ({ role, content }: { role: string; content: string }) =>
  `{ role: ${quoted(role)}, content: ${quoted(content)} }`;

const clients: Record<SnippetLanguage, (input: SnippetInput) => SnippetPart[]> = {
  curl: (input) => {
    const { origin, key, model, temperature, maxTokens } = input;
    const body = {
      model,
      messages: turns(input),
      ...(given(temperature) && { temperature }),
      ...(given(maxTokens) && { max_tokens: maxTokens }),
    };
    return only(
      `curl ${shellQuoted(`${origin}/v1/chat/completions`)} \\`,
      `  -H ${shellValue(key, "authorization: Bearer ")} \\`,
      `  -H 'content-type: application/json' \\`,
      `  -d ${shellQuoted(JSON.stringify(body))}`,
    );
  },
  python: (input) => {
    const { origin, key, model, temperature, maxTokens } = input;
    const messages = turns(input);
    const [first = { role: "user", content: "" }] = messages;
    return only(
      "# pip install openai",
      python.os(key),
      "from openai import OpenAI",
      "",
      `client = OpenAI(base_url=${quoted(`${origin}/v1`)}, api_key=${python.key(key)})`,
      "answer = client.chat.completions.create(",
      `    model=${quoted(model)},`,
      messages.length === 1
        ? `    messages=[${dictionary(first)}],`
        : joined(["    messages=[", ...python.messages(input), "    ],"]),
      given(temperature) && `    temperature=${temperature},`,
      given(maxTokens) && `    max_tokens=${maxTokens},`,
      ")",
      "print(answer.choices[0].message.content)",
    );
  },
  node: (input) => {
    const { origin, key, model, temperature, maxTokens } = input;
    return only(
      "// npm install openai",
      'import OpenAI from "openai";',
      "",
      `const client = new OpenAI({ baseURL: ${quoted(`${origin}/v1`)}, apiKey: ${node.key(key)} });`,
      "const answer = await client.chat.completions.create({",
      `  model: ${quoted(model)},`,
      `  messages: [${turns(input).map(literal).join(", ")}],`,
      given(temperature) && `  temperature: ${temperature},`,
      given(maxTokens) && `  max_tokens: ${maxTokens},`,
      "});",
      "console.log(answer.choices[0].message.content);",
    );
  },
  "vercel-ai": ({ origin, key, model, message, system, temperature, maxTokens }) =>
    only(
      "// npm install ai @ai-sdk/openai",
      'import { createOpenAI } from "@ai-sdk/openai";',
      'import { generateText } from "ai";',
      "",
      `const sluice = createOpenAI({ baseURL: ${quoted(`${origin}/v1`)}, apiKey: ${node.key(key)} });`,
      "const { text } = await generateText({",
      `  model: sluice.chat(${quoted(model)}),`,
      Boolean(system) && `  system: ${quoted(system ?? "")},`,
      `  prompt: ${quoted(message)},`,
      given(temperature) && `  temperature: ${temperature},`,
      given(maxTokens) && `  maxOutputTokens: ${maxTokens},`,
      "});",
      "console.log(text);",
    ),
  langchain: ({ origin, key, model, message, system, temperature, maxTokens }) =>
    only(
      "# pip install langchain-openai",
      python.os(key),
      "from langchain_openai import ChatOpenAI",
      "",
      "chat = ChatOpenAI(",
      `    model=${quoted(model)},`,
      `    base_url=${quoted(`${origin}/v1`)},`,
      `    api_key=${python.key(key)},`,
      given(temperature) && `    temperature=${temperature},`,
      given(maxTokens) && `    max_tokens=${maxTokens},`,
      ")",
      system
        ? `print(chat.invoke([("system", ${quoted(system)}), ("user", ${quoted(message)})]).content)`
        : `print(chat.invoke(${quoted(message)}).content)`,
    ),
  anthropic: ({ origin, key, model, message, system, temperature, maxTokens }) =>
    only(
      "# pip install anthropic",
      python.os(key),
      "import anthropic",
      "",
      `client = anthropic.Anthropic(base_url=${quoted(origin)}, api_key=${python.key(key)})`,
      "answer = client.messages.create(",
      `    model=${quoted(model)},`,
      `    max_tokens=${maxTokens ?? 1024},`,
      Boolean(system) && `    system=${quoted(system ?? "")},`,
      given(temperature) && `    temperature=${temperature},`,
      `    messages=[${dictionary({ role: "user", content: message })}],`,
      ")",
      "print(answer.content[0].text)",
    ),
  "google-genai": ({ origin, key, model, message, system, temperature, maxTokens }) => {
    const config = [
      system && `systemInstruction: ${quoted(system)}`,
      given(temperature) && `temperature: ${temperature}`,
      given(maxTokens) && `maxOutputTokens: ${maxTokens}`,
    ].filter((part) => typeof part === "string" && part !== "");
    return only(
      "// npm install @google/genai",
      'import { GoogleGenAI } from "@google/genai";',
      "",
      `const ai = new GoogleGenAI({ apiKey: ${node.key(key)}, httpOptions: { baseUrl: ${quoted(origin)} } });`,
      "const answer = await ai.models.generateContent({",
      `  model: ${quoted(model)},`,
      `  contents: ${quoted(message)},`,
      config.length > 0 && `  config: { ${config.join(", ")} },`,
      "});",
      "console.log(answer.text);",
    );
  },
  "claude-code": ({ origin, key, model }) =>
    only(
      `export ANTHROPIC_BASE_URL=${shellQuoted(origin)}`,
      `export ANTHROPIC_AUTH_TOKEN=${shellValue(key)}`,
      `export ANTHROPIC_MODEL=${shellQuoted(model)}`,
      ...["OPUS", "SONNET", "HAIKU"].map((size) => `export ANTHROPIC_DEFAULT_${size}_MODEL=${shellQuoted(model)}`),
      "claude",
    ),
  codex: ({ origin, key, model }) => [
    {
      file: "~/.codex/config.toml",
      code: joined([
        `model = ${quoted(model)}`,
        'model_provider = "sluice"',
        'web_search = "disabled"',
        "",
        "[model_providers.sluice]",
        'name = "Sluice"',
        `base_url = ${quoted(`${origin}/v1`)}`,
        `env_key = "${keyVariable}"`,
        'wire_api = "responses"',
      ]),
    },
    { file: null, code: joined([key !== null && `export ${keyVariable}=${shellQuoted(key)}`, "codex"]) },
  ],
  "gemini-cli": ({ origin, key, model }) =>
    only(
      `export GOOGLE_GEMINI_BASE_URL=${shellQuoted(origin)}`,
      `export GEMINI_API_KEY=${shellValue(key)}`,
      `export GEMINI_MODEL=${shellQuoted(model)}`,
      "gemini",
    ),
  "open-webui": ({ origin, key }) =>
    only(
      "docker run -d -p 3001:8080 -v open-webui:/app/backend/data \\",
      `  -e OPENAI_API_BASE_URL=${shellQuoted(`${fromContainer(origin)}/v1`)} \\`,
      `  -e OPENAI_API_KEY=${shellValue(key)} \\`,
      "  ghcr.io/open-webui/open-webui:main",
    ),
  continue: ({ origin, key, model }) => [
    {
      file: "~/.continue/config.yaml",
      code: joined([
        "models:",
        `  - name: ${quoted(model)}`,
        "    provider: openai",
        `    model: ${quoted(model)}`,
        `    apiBase: ${quoted(`${origin}/v1`)}`,
        `    apiKey: ${key === null ? `\${{ secrets.${keyVariable} }}` : quoted(key)}`,
      ]),
    },
  ],
};

/** One word for a POSIX shell, whatever is in it. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A key as one word, or the variable that holds it. */
function shellValue(key: string | null, before = ""): string {
  return key === null ? `"${before}$${keyVariable}"` : shellQuoted(before + key);
}

/** How a container reaches what the reader reaches as this machine. */
function fromContainer(origin: string): string {
  return origin.replace(/^(https?:\/\/)(localhost|127\.0\.0\.1)(?=:|$)/, "$1host.docker.internal");
}
