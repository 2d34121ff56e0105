import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as readAttention } from "@/app/api/admin/attention/route";
import { GET as followEvents } from "@/app/api/admin/events/route";
import type { RunningCall } from "@/lib/gateway/types";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

type Event = { id: string; type: string; data: ReturnType<typeof JSON.parse> };

async function follow(query: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await followEvents(
    new Request(`http://sluice.test/api/admin/events${query}`, {
      headers: { authorization: `Bearer ${admin.environmentToken}`, ...headers },
      signal: abort.signal,
    }),
  );
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const events = (): Event[] =>
    text.split("\n\n").flatMap((part) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
      const data = field("data");
      return data ? [{ id: field("id") ?? "", type: field("event") ?? "", data: JSON.parse(data) }] : [];
    });
  return {
    response,
    abort,
    async until(type: string, matches: (data: Event["data"]) => boolean = () => true): Promise<Event> {
      for (;;) {
        const found = events().find((event) => event.type === type && matches(event.data));
        if (found) return found;
        const next = await reader?.read();
        if (!next || next.done) throw new Error(`ended without ${type}: ${text}`);
        text += next.value;
      }
    },
  };
}

const running = (group: string): RunningCall => ({
  id: `call_${group}`,
  requestId: `req_${group}`,
  at: Date.now(),
  endpoint: "chat.completions",
  model: group,
  stream: true,
  group: { id: `grp_${group}`, name: group },
  key: null,
  attempts: 1,
});

describe("the live stream", () => {
  it("carries several topics in one connection, each event with an id to resume from", async () => {
    admin.control.underWay = [running("pool"), running("other")];
    const stream = await follow(`?topics=calls,running,states,attention&filter=${encodeURIComponent("group=pool")}`);
    expect(stream.response.headers.get("content-type")).toContain("text/event-stream");
    expect(stream.response.headers.get("cache-control")).toContain("no-transform");
    expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
    expect((await stream.until("states")).data).toEqual({ complete: true, items: [], removed: [] });
    expect((await stream.until("attention")).data).toMatchObject({ health: { groups: 0 } });
    const { data } = await stream.until("running");
    expect(data.items.map((call: RunningCall) => call.id)).toEqual(["call_pool"]);
    admin.control.finish(finishedCall({ group: { id: "grp_other", name: "other" } }));
    const wanted = finishedCall({ group: { id: "grp_pool", name: "pool" } });
    admin.control.finish(wanted);
    const call = await stream.until("call");
    expect(call.data.id).toBe(wanted.id);
    expect(call.id).toBe(`${wanted.at + wanted.totalMs}-${wanted.id}`);
    stream.abort.abort();
  });

  it("resumes from an event of any topic, by header or by query", async () => {
    const first = await follow("?topics=states");
    const { id } = await first.until("states");
    first.abort.abort();
    const missed = finishedCall({ at: Number(id.split("-")[0]) + 1 });
    admin.store(missed);
    const byQuery = await follow(`?topics=calls&lastEventId=${id}`);
    expect((await byQuery.until("call")).data.id).toBe(missed.id);
    byQuery.abort.abort();
    const byHeader = await follow("?topics=calls", { "last-event-id": id });
    expect((await byHeader.until("call")).data.id).toBe(missed.id);
    byHeader.abort.abort();
  });

  it("lets go of the data plane when its reader leaves", async () => {
    const stream = await follow("?topics=calls");
    expect(admin.control.listeners).toBe(1);
    stream.abort.abort();
    await expect.poll(() => admin.control.listeners).toBe(0);
  });

  it("names what is wrong with a filter instead of showing everything", async () => {
    const { status, body } = await admin.send(followEvents, { query: "?topics=calls&filter=outcome%3Dnone" });
    expect(status).toBe(400);
    expect(body.error.param).toContain("filter.outcome");
    expect((await admin.send(followEvents, { query: "?topics=weather" })).status).toBe(400);
  });
});

describe("the attention list", () => {
  it("is read by those who may read, and by nobody else", async () => {
    expect((await admin.send(readAttention)).body).toEqual({
      health: { groups: 0, cannotServe: [], reduced: [] },
      items: [],
      more: 0,
    });
    expect((await admin.send(readAttention, { as: {} })).status).toBe(401);
  });
});
