import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { niceApiDatabase } from "../../lib/db/testing/niceapi-database.ts";
import { chatScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import { callRow, createRoute } from "../support/routes.ts";
import { type Sluice, startSluice } from "../support/start-sluice.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** The one block of shell commands of a page that holds these words. */
function commandsOf(page: string, words: string): string {
  const text = readFileSync(path.join(root, page), "utf8");
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  const found = blocks.filter((code) => code.includes(words));
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${page} has ${found.length} blocks with "${words}"`);
  return found[0];
}

function run(commands: string, cwd: string, env: Record<string, string> = {}): string {
  const ended = spawnSync("sh", ["-c", commands], { cwd, encoding: "utf8", env: { ...process.env, ...env } });
  expect(ended.status, ended.stderr).toBe(0);
  return ended.stdout;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sluice-documented-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const startIn = (place: string): Promise<Sluice> =>
  startSluice({
    door: "node",
    env: { DATA_DIR: path.join(place, "data"), DATABASE_URL: `file:${path.join(place, "data", "sluice.db")}` },
  });

describe("the documented commands do what the page says", () => {
  it("G42, P33, P35: a backup brings back configuration, secrets, keys and calls", async () => {
    const upstream = await startScriptedUpstream();
    upstream.respond(chatScript(["Hello."]));
    const ask = (sluice: Sluice, model: string, key: string) =>
      fetch(`${sluice.baseUrl}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
        body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
      });
    const first = await startIn(folder);
    try {
      const { model, key } = await createRoute(first.admin, [upstream]);
      const before = await ask(first, model, key);
      expect(before.status).toBe(200);
      await before.text();
      await first.term();

      run(commandsOf("docs/running.md", "backup-$(date"), folder);
      const elsewhere = path.join(folder, "elsewhere");
      run("mkdir elsewhere && tar -xzf backup-*.tar.gz -C elsewhere", folder);
      const second = await startIn(elsewhere);
      try {
        expect(await callRow(second, before.headers.get("x-request-id"))).toMatchObject({ outcome: "ok" });
        const sent = upstream.requests.at(-1)?.headers.authorization;
        upstream.respond(chatScript(["Hello again."]));
        const after = await ask(second, model, key);
        expect(await after.text()).toContain("Hello again.");
        expect(upstream.requests.at(-1)?.headers.authorization).toBe(sent);
      } finally {
        await second.dispose();
      }
    } finally {
      await first.dispose();
      await upstream.close();
    }
  });

  it("N11, N34: a database is compared and taken over from the shell", async () => {
    const sluice = await startIn(folder);
    try {
      await sluice.admin("GET", "/settings");
      writeFileSync(
        path.join(folder, "api_server.db"),
        niceApiDatabase({
          api_providers: [
            {
              id: 1,
              name: "Acme.gpt-x",
              api_endpoint: "https://api.acme.test/v1/chat/completions",
              api_key: "k",
              model: "gpt-x",
            },
          ],
          groups: [{ id: 1, name: "pool" }],
          provider_group_association: [{ provider_id: 1, group_id: 1, priority: 1 }],
          api_keys: [{ id: 1, key: "sk-of-an-old-client", is_active: 1, name: "app" }],
          api_key_group_association: [{ api_key_id: 1, group_id: 1 }],
        }),
      );
      const [define = "", compare = "", take = ""] = commandsOf("docs/moving-in.md", "take()").split("\n");
      const env = {
        ADMIN: `Authorization: Bearer ${sluice.adminToken}`,
        JSON: "Content-Type: application/json",
        API: `${sluice.baseUrl}/api/admin`,
      };
      const report = (line: string) => JSON.parse(run(`${define}\n${line}`, folder, env)) as { applied: boolean };
      expect(report(compare)).toMatchObject({ applied: false, format: "niceapi", problems: [] });
      expect(report(take)).toMatchObject({ applied: true });
      expect(await sluice.admin("GET", "/groups")).toMatchObject({ items: [{ name: "pool" }] });
      const models = await fetch(`${sluice.baseUrl}/v1/models`, {
        headers: { authorization: "Bearer sk-of-an-old-client" },
      });
      expect(await models.json()).toMatchObject({ data: [{ id: "pool" }] });
    } finally {
      await sluice.dispose();
    }
  });
});
