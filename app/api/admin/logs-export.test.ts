import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as listAudit } from "@/app/api/admin/audit/route";
import { GET as exportLogs } from "@/app/api/admin/logs/export/route";
import { GET as listCalls } from "@/app/api/admin/logs/route";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

const count = 1234;
const base = Date.UTC(2026, 4, 1);

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
  // Three calls a millisecond, so that pages end in the middle of one.
  admin.store(
    ...Array.from({ length: count }, (_, i) =>
      finishedCall({
        at: base + Math.floor(i / 3),
        endpoint: i % 2 === 0 ? "embeddings" : "chat.completions",
        model: i === 7 ? '=HYPERLINK("http://evil.example","click")' : "gpt",
        key: { id: "key_1", name: i === 7 ? "+49 30, büro\n漢字" : "ci" },
        cost: i === 7 ? { nanos: 1, source: "catalogue" } : null,
        totalMs: 12,
      }),
    ),
  );
});
afterAll(() => admin.close());

function request(query: string, headers: Record<string, string> = {}): Request {
  return new Request(`http://sluice.test/api/admin/logs/export${query}`, {
    headers: { authorization: `Bearer ${admin.environmentToken}`, ...headers },
  });
}

const lines = async (response: Response) => (await response.text()).trimEnd().split("\n");

describe("an export of the call log", () => {
  it("has every call the list has, once and in the same order", async () => {
    const exported = (await lines(await exportLogs(request("?format=ndjson")))).map((line) => JSON.parse(line));
    const listed: unknown[] = [];
    for (let cursor = ""; listed.length < count; ) {
      const { body } = await admin.send(listCalls, { query: `?limit=500${cursor && `&cursor=${cursor}`}` });
      listed.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(exported).toEqual(listed);
  });

  it("takes the filters of the list, also a text that SQL would take for a pattern", async () => {
    const embeddings = await lines(await exportLogs(request("?format=ndjson&endpoint=embeddings")));
    expect(embeddings).toHaveLength(count / 2);
    expect(embeddings.every((line) => JSON.parse(line).endpoint === "embeddings")).toBe(true);
    const range = `from=${new Date(base).toISOString()}&to=${new Date(base + 10).toISOString()}`;
    expect(await lines(await exportLogs(request(`?format=ndjson&${range}`)))).toHaveLength(30);
    const found = await exportLogs(request(`?format=ndjson&q=%25_&${range}`));
    expect(await found.text()).toBe("");
    const refused = await exportLogs(request("?format=ndjson&endpoint=telepathy"));
    expect([refused.status, (await refused.json()).error.param]).toEqual([400, "endpoint[0]"]);
    expect((await exportLogs(request("?format=xlsx"))).status).toBe(400);
  });

  it("opens in a spreadsheet with its letters whole, its numbers as numbers and no formula", async () => {
    const response = await exportLogs(request("?format=csv"));
    expect(response.headers.get("content-type")).toContain("text/csv");
    expect(response.headers.get("content-disposition")).toMatch(
      /^attachment; filename="sluice-calls-\d{8}T\d{6}Z\.csv"$/,
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const text = bytes.toString("utf8", 3);
    const records = text.split("\r\n");
    expect(records[0]).toMatch(/^at,id,requestId,outcome,status,errorCode,endpoint,/);
    expect(records).toHaveLength(count + 2);
    const odd = records.find((record) => record.includes("evil"));
    expect(odd).toContain(`,"'=HYPERLINK(""http://evil.example"",""click"")",`);
    expect(odd).toContain(`,"'+49 30, büro\n漢字",`);
    expect(odd).toContain(",0.000000001,catalogue,");
    expect(odd).toMatch(/^2026-05-01T00:00:00\.002Z,call_/);
  });

  it("is read page by page as it is taken, and no further once its reader has left", async () => {
    const response = await exportLogs(request("?format=ndjson"));
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(first.trimEnd().split("\n")).toHaveLength(500);
    await reader?.cancel();
    expect(await reader?.read()).toEqual({ done: true, value: undefined });
  });

  it("is for whoever may read the log, and leaves a trace with its filter", async () => {
    const allowed = await exportLogs(
      new Request("http://sluice.test/x?format=csv&outcome=failed", { headers: await admin.session("analyst") }),
    );
    expect(allowed.status).toBe(200);
    await allowed.text();
    const holder = new Request("http://sluice.test/x?format=csv", { headers: await admin.session("holder") });
    expect((await exportLogs(holder)).status).toBe(403);
    const { body } = await admin.send(listAudit, { query: "?action=export&limit=1" });
    expect(body.items).toMatchObject([
      { actor: { type: "user" }, target: { type: "call" }, after: { format: "csv", filter: { outcome: ["failed"] } } },
    ]);
  });
});
