import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { chatScript, startScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import type { ImportOverview } from "../../lib/schemas/import.ts";
import type { ProviderView } from "../../lib/schemas/providers.ts";
import { readAnswer } from "../support/answers.ts";
import { onEachDoor } from "../support/each-door.ts";

/** The file is there before the server is, so its upstream is, too. */
const upstream = await startScriptedUpstream();
const folder = mkdtempSync(path.join(tmpdir(), "sluice-provider-file-"));
const file = path.join(folder, "provider.json");
const gatewayKey = "gateway-key-of-before";

const entry = (more: object = {}) => ({
  name: "provider-1",
  endpoint: `${upstream.origin}/v1`,
  api_key: "sk-upstream-of-the-file",
  model: "gpt-4o-2024-08-06",
  priority: 1,
  weight: 10,
  retry: 1,
  timeout: 60,
  custom_headers: { "X-Gateway-Team": "blue" },
  max_context_length: 4000,
  enabled: true,
  ...more,
});
const contents = (models: Record<string, object[]>) =>
  JSON.stringify(
    {
      _global: { default_timeout: 120, api_key: gatewayKey },
      ...Object.fromEntries(Object.entries(models).map(([model, providers]) => [model, { providers }])),
    },
    null,
    2,
  );
const initial = contents({ "gpt-4o": [entry()] });
writeFileSync(file, initial);
afterAll(async () => {
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

onEachDoor(
  (door) => {
    const ask = (model: string, key = gatewayKey, content = "Say hello.") =>
      door.chat({ model, key }, { messages: [{ role: "user", content }] }).then(readAnswer);
    const reload = async () => {
      const response = await fetch(`${door.sluice.baseUrl}/admin/reload`, {
        method: "POST",
        headers: { authorization: `Bearer ${door.sluice.adminToken}` },
      });
      return { status: response.status, body: await response.json() };
    };
    const statusOf = async (model: string) => (await ask(model)).status;
    beforeEach(() => upstream.respond(chatScript(["Hello."])));
    afterEach(async () => {
      writeFileSync(file, initial);
      await reload();
    });

    it("G14, G18, G33: a server started with a mounted file answers its models for its key", async () => {
      const before = upstream.requests.length;
      const answer = await ask("gpt-4o");
      expect([answer.status, answer.text]).toEqual([200, "Hello."]);
      const request = upstream.requests[before];
      expect(request?.path).toBe("/v1/chat/completions");
      expect(request?.headers.authorization).toBe("Bearer sk-upstream-of-the-file");
      expect(request?.headers["x-gateway-team"]).toBe("blue");
      expect(request?.json()).toMatchObject({ model: "gpt-4o-2024-08-06" });
    });

    it("G33: no other key is let in, in any of the four headers", async () => {
      expect((await ask("gpt-4o", "gateway-key-of-others")).status).toBe(401);
      for (const name of ["x-api-key", "api-key", "x-goog-api-key"]) {
        const send = (key: string) =>
          fetch(`${door.sluice.baseUrl}/v1/models`, { headers: { [name]: key } }).then(({ status }) => status);
        expect([await send(gatewayKey), await send(gatewayKey.slice(1))]).toEqual([200, 401]);
      }
    });

    it("G21: the models of the file are listed", async () => {
      const models = await door.send({ key: gatewayKey }, "/models").then((response) => response.json());
      expect(models.data.map(({ id }: { id: string }) => id)).toEqual(["gpt-4o"]);
    });

    it("G19: a call that is longer than max_context_length is refused before it costs anything", async () => {
      const before = upstream.requests.length;
      const answer = await ask("gpt-4o", gatewayKey, "word ".repeat(12_000));
      expect([answer.status, answer.error?.code]).toEqual([400, "context_length_exceeded"]);
      expect(upstream.requests).toHaveLength(before);
    });

    it("G10: an edit is picked up within seconds, also one that comes as a new file", async () => {
      writeFileSync(file, contents({ "gpt-4o": [entry()], "gpt-4o-mini": [entry({ model: "mini" })] }));
      await vi.waitFor(async () => expect(await statusOf("gpt-4o-mini")).toBe(200), { timeout: 10_000, interval: 200 });

      const other = path.join(folder, "next.json");
      writeFileSync(other, contents({ renamed: [entry()] }));
      renameSync(other, file);
      await vi.waitFor(async () => expect(await statusOf("renamed")).toBe(200), { timeout: 10_000, interval: 200 });
      expect(await statusOf("gpt-4o-mini")).toBe(404);
    });

    it("G27, G38: a reload reports what was added, changed and removed, and is in effect when it answers", async () => {
      writeFileSync(
        file,
        contents({ "gpt-4o": [entry({ weight: 3 })], "claude-3": [entry({ name: "provider-2", model: "claude" })] }),
      );
      const { status, body } = await reload();
      expect([status, body.status]).toEqual([200, "ok"]);
      expect(body.added).toContainEqual(expect.objectContaining({ kind: "group", name: "claude-3" }));
      expect(body.added).toContainEqual(expect.objectContaining({ kind: "provider", name: "provider-2" }));
      expect(body.changed).toContainEqual(expect.objectContaining({ kind: "group", name: "gpt-4o" }));
      expect((await ask("claude-3")).status).toBe(200);

      writeFileSync(file, initial);
      expect((await reload()).body.removed).toContainEqual(
        expect.objectContaining({ kind: "group", name: "claude-3" }),
      );
      expect((await ask("claude-3")).status).toBe(404);
    });

    it("G27, C10: a broken file keeps the last good configuration and names the line", async () => {
      writeFileSync(file, initial.replace('"priority": 1,', '"priority": ,'));
      const line = initial.slice(0, initial.indexOf('"priority"')).split("\n").length;
      const { status, body } = await reload();
      expect([status, body.status]).toEqual([500, "error"]);
      expect(body.problems).toMatchObject([{ code: "unreadable", line }]);
      expect(body.message).toContain(`line ${line}`);
      expect((await ask("gpt-4o")).status).toBe(200);
      const { providerFile } = await door.sluice.admin<ImportOverview>("GET", "/import");
      expect(providerFile).toMatchObject({ path: file, problems: [{ line }] });
      expect(JSON.stringify(body)).not.toContain("sk-upstream");
    });

    it("C10: a restart with a broken file still answers as the last good one said", async () => {
      writeFileSync(file, '{"gpt-4o": {"providers": "none"}}');
      await door.sluice.term();
      await door.sluice.restart();
      expect((await ask("gpt-4o")).status).toBe(200);
      expect(door.sluice.output()).toContain("the provider file is not usable");
    });

    it("C10: what comes from the file is changed there and nowhere else", async () => {
      const { items } = await door.sluice.admin<{ items: ProviderView[] }>("GET", "/providers");
      const [provider] = items;
      expect(provider).toMatchObject({ name: "provider-1", source: "file" });
      const refused = door.sluice.admin("PATCH", `/providers/${provider?.id}`, { enabled: false });
      await expect(refused).rejects.toThrow(/409.*provider\.json/);
      await door.sluice.admin("POST", `/deployments/${provider?.deployments[0]?.id}/hold`, { reason: "maintenance" });
      expect((await ask("gpt-4o")).status).toBe(503);
      await door.sluice.admin("POST", `/deployments/${provider?.deployments[0]?.id}/release`, {});
      expect((await ask("gpt-4o")).status).toBe(200);
    });
  },
  { PROVIDER_FILE: file },
);
