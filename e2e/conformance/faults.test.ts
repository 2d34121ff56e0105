import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chatScript } from "../../lib/gateway/testing/scripted-upstream.ts";
import { readAnswer } from "../support/answers.ts";
import { onEachDoor } from "../support/each-door.ts";
import { clientFaults } from "./faults-of-clients.ts";
import { streamFaults } from "./faults-of-streams.ts";
import { trustedEnvironment, upstreamFaults } from "./faults-of-upstreams.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sluice-ca-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Slow = { status: number; body: string; closedAfterMs: number };

/** Sends `begin`, then one byte of `drip` a second; resolves when the server has closed the connection. */
function slowClient(baseUrl: string, begin: string, drip = ""): Promise<Slow> {
  const { port, hostname } = new URL(baseUrl);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect({ port: Number(port), host: hostname }, () => socket.write(begin));
    const timer = setInterval(() => drip && socket.write(drip), 1000);
    socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(timer);
      resolve({
        status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0),
        body: answer,
        closedAfterMs: performance.now() - startedAt,
      });
    });
  });
}

onEachDoor((door) => {
  // Begins here and ends in the last test: the server takes half a minute to lose its patience, as it should.
  let slowHeads: Promise<Slow>[];
  let slowBodies: Promise<Slow>[];
  beforeAll(async () => {
    const { key, model } = await door.route([{ origin: await door.closedOrigin() }]);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n`;
    slowHeads = Array.from({ length: 100 }, () => slowClient(door.sluice.baseUrl, `${head}x-slow: `, "x"));
    slowBodies = Array.from({ length: 100 }, () =>
      slowClient(door.sluice.baseUrl, `${head}content-length: 1000\r\n\r\n{"model":"${model}"`),
    );
  });

  upstreamFaults(door);
  streamFaults(door);
  clientFaults(door);

  it("C-32 a body that stalls is 408 after 30 s, a head that drips is cut after 15 s, and others never noticed", async () => {
    const good = await door.upstream(chatScript(["Hello."]));
    const startedAt = performance.now();
    expect((await readAnswer(await door.chat(await door.route([good])))).text).toBe("Hello.");
    expect(performance.now() - startedAt).toBeLessThan(1000);
    for (const body of await Promise.all(slowBodies)) {
      expect([body.status, body.body.includes('"request_timeout"')]).toEqual([408, true]);
      expect(body.closedAfterMs).toBeGreaterThan(29_000);
      expect(body.closedAfterMs).toBeLessThan(37_000);
    }
    // `next start` has clocks of its own for heads.
    if (door.door === "next") return;
    for (const head of await Promise.all(slowHeads)) {
      expect(head.closedAfterMs).toBeGreaterThan(14_000);
      expect(head.closedAfterMs).toBeLessThan(23_000);
    }
  });
}, trustedEnvironment(folder));
