import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SluiceError } from "../errors.ts";
import type { CallRequest } from "./call-request.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { readMultipartRequest } from "./multipart-request.ts";
import type { StreamBody } from "./request-body.ts";
import { makeDeployment } from "./testing/gateway-kit.ts";
import { createMemorySpool } from "./testing/memory-spool.ts";

const boundary = "sluice-test";

function part(name: string, value: string | Buffer, more = ""): Buffer {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(value as string), Buffer.from("\r\n")]);
}
const last = Buffer.from(`--${boundary}--\r\n`);
const file = (bytes: number) =>
  part("file", Buffer.alloc(bytes, "sound"), '; filename="a.mp3"\r\nContent-Type: audio/mpeg');

function requestOf(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  headers: Record<string, string> = {},
): GatewayRequest {
  return {
    method: "POST",
    path: "/v1/audio/transcriptions",
    query: "",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}`, ...headers },
    remoteAddress: null,
    receivedAt: 0,
    readBody: () => Promise.reject(new Error("a form is not read as a whole")),
    openBody: async function* () {
      yield* chunks;
    },
  };
}

const read = (
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  headers?: Record<string, string>,
  spool = createMemorySpool(),
) => readMultipartRequest(requestOf(chunks, headers), "audio.transcriptions", spool);

async function sent(request: CallRequest, model = "theirs"): Promise<Buffer> {
  const { body } = request.bodyFor(makeDeployment("P1", { model }));
  const chunks: Buffer[] = [];
  for await (const chunk of (body as StreamBody).open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("a form with a file", () => {
  it("goes upstream with the deployment's model and every other byte as it was, wherever its fields stand", async () => {
    const fields = ["model", "prompt", "language", "file"] as const;
    const value = fc.record({
      order: fc.shuffledSubarray([...fields], { minLength: 4 }),
      model: fc.string({ unit: fc.constantFrom(..."abc-模ü/:"), minLength: 1, maxLength: 20 }),
      theirs: fc.string({ unit: fc.constantFrom(..."xyz-型/:"), minLength: 1, maxLength: 40 }),
      cut: fc.integer({ min: 1, max: 5000 }),
      bytes: fc.nat(20_000),
      length: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(value, async ({ order, model, theirs, cut, bytes, length }) => {
        const formFor = (name: string) => {
          const more = length ? `\r\nContent-Length: ${Buffer.byteLength(name)}` : "";
          const parts = {
            model: part("model", name, more),
            prompt: part("prompt", model),
            language: part("language", model),
            file: file(bytes),
          };
          return Buffer.concat([...order.map((field) => parts[field]), last]);
        };
        const form = formFor(model);
        const chunks: Buffer[] = [];
        for (let at = 0; at < form.length; at += cut) chunks.push(form.subarray(at, at + cut));
        const request = await read(chunks, { "content-length": String(form.length) });
        expect(request.model).toBe(model);
        const expected = formFor(theirs);
        expect((await sent(request, theirs)).equals(expected)).toBe(true);
        const again = request.bodyFor(makeDeployment("P2", { model })).body as StreamBody;
        expect(again.bytes).toBe(form.length);
        expect((await sent(request, model)).equals(form)).toBe(true);
        request.release();
      }),
      { numRuns: 100 },
    );
  });

  it("says how long it is before all of it is here, when the client has", async () => {
    let goOn = () => {};
    const rest = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const begun = file(1000);
    const head = Buffer.concat([part("model", "ours"), part("stream", "true"), begun.subarray(0, 200)]);
    const tail = Buffer.concat([begun.subarray(200), last]);
    const request = await read(
      (async function* () {
        yield head;
        await rest;
        yield tail;
      })(),
      { "content-length": String(head.length + tail.length) },
    );
    expect([request.model, request.stream, request.needs.stream]).toEqual(["ours", true, true]);
    const { body } = request.bodyFor(makeDeployment("P1", { model: "longer-name" }));
    expect((body as StreamBody).bytes).toBe(head.length + tail.length + "longer-name".length - "ours".length);
    const sending = sent(request, "longer-name");
    goOn();
    expect(await sending).toHaveLength((body as StreamBody).bytes as number);
  });

  it("is routed once 1 MB is here, when its model came before the file and nothing was said of a stream", async () => {
    let pulled = 0;
    const request = await read(
      (async function* () {
        yield part("model", "ours");
        yield file(2 << 20).subarray(0, 1 << 19);
        for (; pulled < 1000; pulled++) yield Buffer.alloc(1 << 16, "more");
      })(),
    );
    expect(request.model).toBe("ours");
    expect(pulled).toBeLessThan(20);
    request.release();
  });

  it("tells what is in it without the file", async () => {
    const form = [part("model", "m"), part("prompt", "Grüße"), part("user", "ann"), file(777), last];
    const request = await read(form);
    expect(JSON.parse(request.text() ?? "")).toEqual([
      { name: "model", value: "m" },
      { name: "prompt", value: "Grüße" },
      { name: "user", value: "ann" },
      { name: "file", filename: "a.mp3", contentType: "audio/mpeg", bytes: 777 },
    ]);
    expect([request.promptText(), request.promptBytes, request.sessionId]).toEqual(["Grüße", 7, "ann"]);
  });
});

describe("a form that is refused", () => {
  const cases: [string, Buffer[], { code: string; status: number; param: string | null }][] = [
    ["without a model", [file(10), last], { code: "missing_required", status: 400, param: "model" }],
    ["with an empty model", [part("model", ""), last], { code: "invalid_type", status: 400, param: "model" }],
    [
      "with a model of 70 KB",
      [part("model", "m".repeat(70_000)), last],
      { code: "invalid_type", status: 400, param: "model" },
    ],
    [
      "with two models",
      [part("model", "a"), part("model", "b"), last],
      { code: "invalid_multipart", status: 400, param: "model" },
    ],
    [
      "with a model that is a file",
      [part("model", "a", '; filename="b"'), last],
      { code: "invalid_multipart", status: 400, param: "model" },
    ],
    [
      "with a field that would redirect it",
      [part("api_base", "http://x"), part("model", "a"), last],
      { code: "unknown_field", status: 400, param: "api_base" },
    ],
    ["that ends early", [part("model", "a")], { code: "invalid_multipart", status: 400, param: null }],
    ["that is none", [Buffer.from("{}")], { code: "invalid_multipart", status: 400, param: null }],
  ];
  it.each(cases)("%s names the reason and keeps nothing", async (_what, form, expected) => {
    const spool = createMemorySpool();
    await expect(read(form, {}, spool)).rejects.toMatchObject(expected);
    expect(spool.open).toBe(0);
  });

  it("is any other content type", async () => {
    await expect(read([], { "content-type": "application/json" })).rejects.toMatchObject({
      code: "unsupported_media_type",
    });
  });

  it("because its client left keeps nothing", async () => {
    const spool = createMemorySpool();
    const left = (async function* () {
      yield part("model", "a");
      throw new SluiceError("client_left", "gone");
    })();
    await expect(read(left, {}, spool)).rejects.toMatchObject({ code: "client_left" });
    expect(spool.open).toBe(0);
  });
});

it("a second model behind a file that is already on its way breaks the form off before its end", async () => {
  const form = [part("model", "ours"), part("stream", "false"), file(100_000), part("model", "forbidden"), last];
  const request = await read(
    (async function* () {
      for (const chunk of form) {
        yield chunk;
        await new Promise((resolve) => setImmediate(resolve));
      }
    })(),
  );
  await expect(sent(request)).rejects.toMatchObject({ code: "invalid_multipart", param: "model" });
});
