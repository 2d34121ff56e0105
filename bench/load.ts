/**
 * The load generator, a process of its own: `connections` keep-alive connections, each with one request in flight,
 * written and read as raw bytes so that most of the machine is left for what is being measured.
 */
import { connect, type Socket } from "node:net";
import type { LoadJob, LoadResult } from "./load-client.ts";

const CRLF2 = "\r\n\r\n";
const chunkedEnd = Buffer.from("0\r\n\r\n");

type Tally = { latenciesMs: number[]; firstTokensMs: number[]; failed: number; firstFailure: string | null };

async function runJob(job: LoadJob): Promise<LoadResult> {
  const bytes = Buffer.from(
    `POST ${job.path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nauthorization: Bearer ${job.key}\r\n` +
      `content-length: ${Buffer.byteLength(job.body)}\r\n\r\n${job.body}`,
  );
  const tally: Tally = { latenciesMs: [], firstTokensMs: [], failed: 0, firstFailure: null };
  const startedAt = performance.now();
  const endsAt = startedAt + job.seconds * 1000;
  await Promise.all(Array.from({ length: job.connections }, () => runConnection(job, bytes, endsAt, tally)));
  return {
    seconds: (performance.now() - startedAt) / 1000,
    completed: tally.latenciesMs.length,
    failed: tally.failed,
    firstFailure: tally.firstFailure,
    latenciesMs: tally.latenciesMs,
    firstTokensMs: tally.firstTokensMs,
  };
}

/** One request after the other on one connection until the time is up. */
function runConnection(job: LoadJob, request: Buffer, endsAt: number, tally: Tally): Promise<void> {
  return new Promise((resolve) => {
    let socket: Socket;
    let sentAt = 0;
    let received: Buffer[] = [];
    let receivedBytes = 0;
    let expectedBytes: number | null = null;
    let isChunked = false;
    let sawToken = false;
    let isDone = false;

    const send = () => {
      received = [];
      receivedBytes = 0;
      expectedBytes = null;
      isChunked = false;
      sawToken = false;
      sentAt = performance.now();
      socket.write(request);
    };
    const fail = (why: string) => {
      if (isDone) return;
      isDone = true;
      tally.failed++;
      tally.firstFailure ??= why;
      socket.destroy();
    };
    const finish = (whole: Buffer) => {
      const latencyMs = performance.now() - sentAt;
      if (!whole.includes("HTTP/1.1 200") || (job.stream && !whole.includes("[DONE]"))) {
        return fail(whole.toString("utf8", 0, 600));
      }
      tally.latenciesMs.push(latencyMs);
      if (performance.now() < endsAt) return send();
      isDone = true;
      socket.destroy();
    };
    const onData = (chunk: Buffer) => {
      received.push(chunk);
      receivedBytes += chunk.length;
      if (job.stream && !sawToken && chunk.includes("word0")) {
        sawToken = true;
        tally.firstTokensMs.push(performance.now() - sentAt);
      }
      if (expectedBytes === null && !isChunked) {
        const begun = received.length === 1 ? chunk : Buffer.concat(received);
        const headEnd = begun.indexOf(CRLF2);
        if (headEnd === -1) return;
        const head = begun.toString("latin1", 0, headEnd);
        const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
        if (length === undefined) isChunked = true;
        else expectedBytes = headEnd + 4 + Number(length);
      }
      if (isChunked) {
        const tail = chunk.length >= chunkedEnd.length ? chunk : Buffer.concat(received);
        if (tail.subarray(-chunkedEnd.length).equals(chunkedEnd)) finish(Buffer.concat(received));
      } else if (expectedBytes !== null && receivedBytes >= expectedBytes) {
        finish(Buffer.concat(received));
      }
    };
    socket = connect({ port: job.port, host: "127.0.0.1", noDelay: true }, send);
    socket.on("data", onData);
    socket.on("error", (error) => fail(error.message));
    socket.setTimeout(10_000, () => fail("no answer within 10 s"));
    socket.on("close", () => {
      fail("the connection was closed before the answer was complete");
      resolve();
    });
  });
}

process.on("message", (job: LoadJob) => {
  void runJob(job).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit());
