import { describe, expect, it } from "vitest";
import type { LogLevel } from "./env.ts";
import { createLogger } from "./logger.ts";

function recorded(level: LogLevel = "info") {
  const lines: string[] = [];
  const logger = createLogger(level, { write: (line) => void lines.push(line) });
  return { logger, lines };
}

describe("createLogger", () => {
  it("writes one JSON line a record, whatever the text holds", () => {
    const { logger, lines } = recorded();
    logger.info({ model: 'x"\n{"level":"error","msg":"forged"}' }, "call\r\nfinished");
    expect(lines).toHaveLength(1);
    expect(lines[0]?.indexOf("\n")).toBe((lines[0]?.length ?? 0) - 1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "INFO", msg: "call\r\nfinished", pid: process.pid });
  });

  it("G37: names its level in capitals, so that a monitor finds ERROR", () => {
    const { logger, lines } = recorded();
    logger.error("something broke");
    expect(lines[0]).toContain("ERROR");
  });

  it("keeps quiet below its level", () => {
    const { logger, lines } = recorded("warn");
    logger.info("nothing");
    logger.warn("something");
    expect(lines).toHaveLength(1);
  });

  it("never writes members that hold secrets, at the top and inside", () => {
    const { logger, lines } = recorded();
    logger.info({
      password: "hunter2",
      request: { headers: { authorization: "hunter2", "x-api-key": "hunter2" }, apiKey: "hunter2" },
      credential: { secret: "hunter2" },
    });
    expect(lines.join()).not.toContain("hunter2");
    expect(lines.join()).toContain("[redacted]");
  });

  it("masks keys an upstream repeats in its error text", () => {
    const { logger, lines } = recorded();
    logger.error({ err: new Error("Incorrect API key provided: sk-live-abcdef0123456789") }, "Bearer abcdef0123456789");
    expect(lines.join()).not.toContain("abcdef0123456789");
    expect(JSON.parse(lines[0] ?? "").err.message).toContain("Incorrect API key provided: [redacted]");
  });
});
