import { createHmac } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import * as alerts from "@/app/api/admin/alerts/route";
import * as alertsTest from "@/app/api/admin/alerts/test/route";
import * as audit from "@/app/api/admin/audit/route";
import * as deployment from "@/app/api/admin/deployments/[id]/hold/route";
import * as providers from "@/app/api/admin/providers/route";
import * as settings from "@/app/api/admin/settings/route";
import { db } from "@/lib/db/client";
import { newId } from "@/lib/id";
import { watchOnce } from "@/lib/server/alerts/alerts";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
type Received = {
  body: { text: string; begun: { id: string; url: string }[]; over: { id: string }[] };
  signature: string | undefined;
  raw: string;
};
const received: Received[] = [];
let status = 200;
const receiver = createHttpServer((request, response) => {
  let raw = "";
  request.on("data", (chunk) => (raw += chunk));
  request.on("end", () => {
    const signature = request.headers["x-sluice-signature"] as string | undefined;
    if (status === 200) received.push({ body: JSON.parse(raw), signature, raw });
    response.writeHead(status).end(status === 200 ? "ok" : "no such hook");
  });
});

/** A mail server that takes everything, and keeps what it was told. */
const mails: string[] = [];
const mailServer = createServer((socket) => {
  let text = "";
  let inData = false;
  socket.write("220 test\r\n");
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    text += chunk;
    if (inData) {
      if (!text.endsWith("\r\n.\r\n")) return;
      mails.push(text);
      inData = false;
      socket.write("250 taken\r\n");
    } else if (/^DATA/m.test(String(chunk))) {
      inData = true;
      socket.write("354 go on\r\n");
    } else socket.write(/^QUIT/.test(String(chunk)) ? "221 bye\r\n" : "250 ok\r\n");
    text = inData ? text : "";
  });
});

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
const listening = (server: { listen(port: number, host: string, ready: () => void): unknown }) =>
  new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
const hook = () => `http://127.0.0.1:${portOf(receiver)}/hooks/very-secret-path`;

beforeAll(async () => {
  admin = await startAdmin();
  await Promise.all([listening(receiver), listening(mailServer)]);
});
afterAll(async () => {
  receiver.close();
  receiver.closeAllConnections();
  mailServer.close();
  await admin.close();
});
beforeEach(async () => {
  received.length = 0;
  mails.length = 0;
  status = 200;
  await db().setting.deleteMany({ where: { key: "alerts" } });
  await db().meta.deleteMany({ where: { key: "alertState" } });
});

const patch = (body: object, as?: Record<string, string>) => admin.send(alerts.PATCH, { method: "PATCH", body, as });
const mail = () => ({
  host: "127.0.0.1",
  port: portOf(mailServer),
  security: "none",
  username: null,
  from: "sluice@example.com",
  to: ["ops@example.com"],
});

/** Something that needs attention for as long as the test lasts. */
async function heldDeployment() {
  const { body } = await admin.send(providers.POST, {
    method: "POST",
    body: { name: newId("prv"), protocol: "openai", baseUrl: "https://one.example/v1", deployments: [{ model: "m" }] },
  });
  const id = body.deployments[0].id as string;
  await admin.send(deployment.POST, { method: "POST", id, body: { reason: "test" } });
  admin.control.known = [
    {
      ...{ deploymentId: id, state: "held", reason: null, failures: 0, threshold: 2, since: null, retryAt: null },
      ...{ inFlight: 0, quota: { requests: null, tokens: null, total: null, resetsAt: null } },
    } as unknown as (typeof admin.control.known)[number],
  ];
  return id;
}

describe("alerts", () => {
  test("are shown and kept without their secrets, by administrators alone", async () => {
    const secret = "signing-secret-1";
    const { status: answered, body } = await patch({
      enabled: true,
      webhook: { url: hook(), secret },
      email: { ...mail(), username: "u", password: "mail-password-1" },
    });
    expect(answered).toBe(200);
    expect(body).toMatchObject({
      enabled: true,
      webhook: { host: `127.0.0.1:${portOf(receiver)}`, hasSecret: true },
      email: { hasPassword: true, to: ["ops@example.com"] },
    });
    const texts = [
      JSON.stringify(body),
      JSON.stringify((await admin.send(audit.GET, { query: "?limit=200" })).body),
      JSON.stringify(await db().setting.findMany()),
    ];
    for (const text of texts)
      for (const hidden of [secret, "mail-password-1", "very-secret-path"]) expect(text).not.toContain(hidden);
    expect((await admin.send(alerts.GET, { as: await admin.session("operator") })).status).toBe(403);
    expect((await admin.send(settings.GET)).status).toBe(200);
  });

  test("keep secrets that are not sent again, but not for another host", async () => {
    await patch({ webhook: { url: hook(), secret: "s" }, email: { ...mail(), password: "p" } });
    expect((await patch({ webhook: {}, email: mail() })).body).toMatchObject({
      webhook: { hasSecret: true },
      email: { hasPassword: true },
    });
    // Nor over a line that is less safe than the one it was given for.
    expect((await patch({ email: { ...mail(), security: "tls", password: "p" } })).body.email.hasPassword).toBe(true);
    expect((await patch({ email: mail() })).body.email.hasPassword).toBe(false);
    await patch({ email: { ...mail(), password: "p" } });
    expect(
      (await patch({ webhook: { url: "https://other.example/x" }, email: { ...mail(), host: "other.example" } })).body,
    ).toMatchObject({ webhook: { host: "other.example", hasSecret: false }, email: { hasPassword: false } });
  });

  test("refuse an address the egress rules forbid, and changes to what somebody else has changed", async () => {
    const refused = await patch({ webhook: { url: "http://169.254.169.254/latest" } });
    expect(refused.body.error.details.fields[0]).toMatchObject({ path: "webhook.url", code: "egress_denied" });
    await patch({ email: { ...mail(), host: "169.254.169.254" } });
    const mailed = await admin.send(alertsTest.POST, { method: "POST", body: { channel: "email" } });
    expect(mailed.body).toMatchObject({
      ok: false,
      message: expect.stringContaining("link-local or metadata address"),
    });
    const { version } = (await patch({ enabled: true })).body;
    await patch({ level: "critical" });
    expect((await patch({ level: "notice", version })).status).toBe(409);
  });

  test("are tried with a signed message, and a failure is told in words", async () => {
    await patch({ webhook: { url: hook(), secret: "signing" }, email: mail() });
    const send = (channel: string) => admin.send(alertsTest.POST, { method: "POST", body: { channel } });
    expect((await send("webhook")).body).toMatchObject({ ok: true });
    const [message] = received;
    expect(message?.signature).toBe(
      `sha256=${createHmac("sha256", "signing")
        .update(message?.raw ?? "")
        .digest("hex")}`,
    );
    expect((await send("email")).body).toMatchObject({ ok: true, message: null });
    expect(mails[0]).toContain("This is a test.");
    status = 404;
    expect((await send("webhook")).body).toMatchObject({ ok: false, message: "HTTP 404 no such hook" });
    expect((await admin.send(alerts.GET)).body.last).toMatchObject({ webhook: { ok: false }, email: { ok: true } });
  });

  test("tell a matter that needs attention once, in the instance's language, and its end", async () => {
    await admin.send(settings.PATCH, { method: "PATCH", body: { defaultLocale: "ja" } });
    await patch({ enabled: true, level: "notice", webhook: { url: hook() }, email: mail() });
    await heldDeployment();
    await watchOnce();
    await watchOnce();
    await watchOnce();
    expect(received).toHaveLength(1);
    expect(received[0]?.body.text).toContain(" › m は手動停止中です。");
    expect(mails).toHaveLength(1);
    admin.control.known = [];
    await db().deployment.updateMany({ data: { heldAt: null } });
    await watchOnce();
    await watchOnce();
    expect(received.at(-1)?.body.text).toContain("解消");
  });

  test("lead to where the matter is put right: what serves no calls to its row of the status page", async () => {
    await admin.send(settings.PATCH, { method: "PATCH", body: { publicUrl: "https://gateway.example" } });
    await patch({ enabled: true, level: "notice", webhook: { url: hook() } });
    const id = await heldDeployment();
    await watchOnce();
    await watchOnce();
    const link = `https://gateway.example/status?sel=${id}`;
    expect(received[0]?.body.begun).toMatchObject([{ url: link }]);
    expect(received[0]?.body.text.split("\n")).toContain(link);
  });

  test("do not call over what a gateway that cannot be asked says nothing of", async () => {
    await patch({ enabled: true, level: "notice", webhook: { url: hook() } });
    await heldDeployment();
    await watchOnce();
    await watchOnce();
    const states = vi.spyOn(admin.control, "states").mockRejectedValue(new Error("away"));
    for (let look = 0; look < 3; look++) await watchOnce();
    states.mockRestore();
    expect(received.map(({ body }) => body.begun.length + body.over.length)).toEqual([1, 1]);
    expect(received[1]?.body.begun).toMatchObject([{ id: "gateway_unreachable/" }]);
  });

  test("that nobody took are told again at the next look", async () => {
    await patch({ enabled: true, level: "notice", webhook: { url: hook() } });
    await heldDeployment();
    status = 500;
    await watchOnce();
    await watchOnce();
    expect(received).toHaveLength(0);
    status = 200;
    await watchOnce();
    expect(received).toHaveLength(1);
  });
});
