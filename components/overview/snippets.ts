export const snippetLanguages = ["curl", "python", "node"] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number];

/** Each with the name of the language and, in brackets, of the library. */
export const snippetChoices: readonly { value: SnippetLanguage; label: string }[] = [
  { value: "curl", label: "curl" },
  { value: "python", label: "Python (openai)" },
  { value: "node", label: "Node.js (openai)" },
];

export type SnippetInput = { origin: string; key: string; model: string; message: string };

/** A complete program or command that sends one chat message to this server. Every value is quoted for its language. */
export function snippet(language: SnippetLanguage, { origin, key, model, message }: SnippetInput): string {
  const quoted = (text: string) => JSON.stringify(text);
  switch (language) {
    case "curl": {
      const body = JSON.stringify({ model, messages: [{ role: "user", content: message }] });
      return [
        `curl ${shellQuoted(`${origin}/v1/chat/completions`)} \\`,
        `  -H ${shellQuoted(`authorization: Bearer ${key}`)} \\`,
        `  -H 'content-type: application/json' \\`,
        `  -d ${shellQuoted(body)}`,
      ].join("\n");
    }
    case "python":
      return [
        "# pip install openai",
        "from openai import OpenAI",
        "",
        `client = OpenAI(base_url=${quoted(`${origin}/v1`)}, api_key=${quoted(key)})`,
        "answer = client.chat.completions.create(",
        `    model=${quoted(model)},`,
        `    messages=[{"role": "user", "content": ${quoted(message)}}],`,
        ")",
        "print(answer.choices[0].message.content)",
      ].join("\n");
    case "node":
      return [
        "// npm install openai",
        'import OpenAI from "openai";',
        "",
        `const client = new OpenAI({ baseURL: ${quoted(`${origin}/v1`)}, apiKey: ${quoted(key)} });`,
        "const answer = await client.chat.completions.create({",
        `  model: ${quoted(model)},`,
        `  messages: [{ role: "user", content: ${quoted(message)} }],`,
        "});",
        "console.log(answer.choices[0].message.content);",
      ].join("\n");
  }
}

/** One word for a POSIX shell, whatever is in it. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
