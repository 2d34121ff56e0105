import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sluice, startSluice } from "../support/start-sluice.ts";

const root = path.resolve(import.meta.dirname, "../..");
const readme = readFileSync(path.join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, code]) => code ?? "");

const snippets = blocks("js").map((code) => ({ client: /from "([^"]+)"/.exec(code)?.[1] ?? "", code }));
const [firstCall = ""] = blocks("sh").filter((code) => code.includes("/chat/completions"));
const [firstAnswer = ""] = blocks("json");

describe("what the README shows works as it stands", () => {
  let sluice: Sluice;
  let key: string;
  beforeAll(async () => {
    sluice = await startSluice({ door: "node", env: { DEMO: "on" } });
    ({ key } = await sluice.admin<{ key: string }>("POST", "/keys", { name: "my-app", groups: ["*"] }));
  });
  afterAll(() => sluice?.dispose());

  /** Runs a snippet with the address and key of the server under test. */
  function run(program: string, args: string[], code: string): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, [...args, code.replaceAll("http://localhost:3000", sluice.baseUrl)], {
        cwd: root,
        env: { ...process.env, NODE_OPTIONS: "", SLUICE_API_KEY: key },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
      child.once("error", reject);
      child.once("close", (exitCode) => resolve({ code: exitCode, output }));
    });
  }

  it.skipIf(spawnSync("curl", ["--version"]).status !== 0)(
    "N35, N36, G16, P17: the first call, sent with curl, and the answer that is printed under it",
    async () => {
      const { code, output } = await run("sh", ["-c"], firstCall.replace("curl ", "curl --silent --show-error "));
      expect(code, output).toBe(0);
      expect(JSON.parse(output)).toEqual(JSON.parse(firstAnswer));
    },
  );

  it("P2, P20: OpenAI's, Anthropic's and Google's SDKs have a snippet each", () => {
    expect(snippets.map(({ client }) => client)).toEqual(["openai", "@anthropic-ai/sdk", "@google/genai"]);
  });

  it.each(snippets)("P20: the snippet for $client", async ({ code }) => {
    const { code: exitCode, output } = await run(process.execPath, ["--input-type=module", "--eval"], code);
    expect(exitCode, output).toBe(0);
    expect(output).toContain("Hello from the demo provider built into Sluice.");
  });
});
