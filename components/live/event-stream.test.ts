import { afterEach, describe, expect, it, vi } from "vitest";
import { setSessionLost } from "../lost-session";
import { eventStreamParser, openEventStream, type StreamEvent } from "./event-stream";

vi.mock("../lost-session", () => ({ setSessionLost: vi.fn() }));
afterEach(() => vi.unstubAllGlobals());

describe("a stream of events", () => {
  it("is read whole however its text is cut", () => {
    const text = ': open\n\nid: 1-a\nevent: call\ndata: {"a":\ndata: 1}\n\n: ping\n\nevent: job\r\ndata: x\r\n\r\n';
    for (let size = 1; size <= text.length; size++) {
      const parse = eventStreamParser();
      const events: StreamEvent[] = [];
      for (let at = 0; at < text.length; at += size) events.push(...parse(text.slice(at, at + size)));
      expect(events).toEqual([
        { id: "1-a", type: "call", data: '{"a":\n1}' },
        { id: "1-a", type: "job", data: "x" },
      ]);
    }
  });

  it("keeps an event back until it is complete", () => {
    const parse = eventStreamParser();
    expect(parse("data: 1\n")).toEqual([]);
    expect(parse("\n")).toEqual([{ id: "", type: "message", data: "1" }]);
  });

  it("that is refused because nobody is signed in says that the session has ended", async () => {
    const closed = async (status: number) => {
      vi.stubGlobal("fetch", async () => new Response(null, { status }));
      const ignored = () => undefined;
      await new Promise<void>((resolve) =>
        openEventStream("/events", null, { opened: ignored, alive: ignored, event: ignored, closed: resolve }),
      );
    };
    await closed(503);
    expect(setSessionLost).not.toHaveBeenCalled();
    await closed(401);
    expect(setSessionLost).toHaveBeenCalledWith(true);
  });
});
