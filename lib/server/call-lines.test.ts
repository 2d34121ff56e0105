import { describe, expect, it, vi } from "vitest";
import type { LogLevel } from "../env.ts";
import { createCallLines } from "./call-lines.ts";
import { finishedCall } from "./testing/admin-harness.ts";

const turn = { requestId: "req_1", model: "chat", provider: "A", deployment: "gpt", attempt: 1, from: null };
const away = { ...turn, provider: "B", attempt: 2, from: { provider: "A", reason: "http_5xx" as const } };

function recorded(level: LogLevel = "info", logsRequests = true) {
  const writes: string[] = [];
  const lines = createCallLines({ level, write: (text) => void writes.push(text), logsRequests: () => logsRequests });
  const read = () => {
    lines.flush();
    return writes
      .join("")
      .split("\n")
      .filter((text) => text !== "")
      .map((text) => JSON.parse(text) as Record<string, unknown>);
  };
  return { lines, read, writes };
}

describe("the lines a call leaves in the log", () => {
  it("G37, G40: name the provider that was selected, and the one it was switched to and why", () => {
    const { lines, read } = recorded();
    lines.turn(turn);
    lines.turn(away);
    expect(read()).toEqual([
      expect.objectContaining({ level: "INFO", msg: "Selected provider", provider: "A", requestId: "req_1" }),
      expect.objectContaining({
        level: "WARN",
        msg: "Switching provider",
        from: "A",
        provider: "B",
        reason: "http_5xx",
      }),
    ]);
  });

  it("G37: say ERROR when nobody could answer, also where calls have no lines", () => {
    const { lines, read } = recorded("info", false);
    lines.turn(turn);
    lines.finished(finishedCall());
    lines.finished(finishedCall({ outcome: "failed", status: 502, errorCode: "upstream_error" }));
    expect(read()).toEqual([
      expect.objectContaining({ level: "ERROR", msg: "Call failed", status: 502, code: "upstream_error" }),
    ]);
  });

  it("G37: say when the usage of a deployment was reset", () => {
    const { lines, read } = recorded();
    lines.usageReset({ provider: "A", deployment: "gpt", since: Date.UTC(2026, 0, 2), byHand: false });
    expect(read()).toEqual([
      expect.objectContaining({ msg: "Reset usage", provider: "A", since: "2026-01-02T00:00:00.000Z" }),
    ]);
  });

  it("G30: are as many as the level asks for", () => {
    const said = (level: LogLevel) => {
      const { lines, read } = recorded(level);
      lines.turn(turn);
      lines.turn(away);
      lines.finished(finishedCall());
      lines.finished(finishedCall({ outcome: "failed" }));
      return read();
    };
    expect(said("error").map(({ msg }) => msg)).toEqual(["Call failed"]);
    expect(said("warn").map(({ msg }) => msg)).toEqual(["Switching provider", "Call failed"]);
    expect(said("info")).toHaveLength(4);
    expect(said("info").some((line) => "candidates" in line)).toBe(false);
    expect(said("debug").filter((line) => "candidates" in line)).toHaveLength(2);
  });

  it("cannot be forged by what a client names a model", () => {
    const { lines, read } = recorded();
    lines.turn({ ...turn, model: 'x"}\n{"level":"ERROR"' });
    expect(read()).toHaveLength(1);
  });

  it("are written together, a moment later", () => {
    vi.useFakeTimers();
    const { lines, writes } = recorded();
    for (let n = 0; n < 10; n++) lines.turn(turn);
    expect(writes).toHaveLength(0);
    vi.advanceTimersByTime(150);
    expect(writes).toHaveLength(1);
    vi.useRealTimers();
  });
});
