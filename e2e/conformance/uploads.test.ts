import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { Agent, createServer, request as sendRequest } from "node:http";
import { type AddressInfo, createServer as createRawServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import { expect, it } from "vitest";
import {
  bodyScript,
  delayedScript,
  jsonScript,
  type RecordedRequest,
  type Script,
  sseScript,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import { rawRequest } from "../support/raw-http.ts";
import { callRow, lastCallOfKey, type Route } from "../support/routes.ts";

const megabyte = 1024 * 1024;
const sound = randomBytes(300_000);
const overloaded = jsonScript(503, { error: { message: "overloaded", type: "server_error" } });
const transcript = jsonScript(200, { text: "Hello from a recording.", usage: { type: "duration", seconds: 3 } });

function clientOf(door: DoorTest, route: Route): OpenAI {
  return new OpenAI({ apiKey: route.key, baseURL: `${door.sluice.baseUrl}/v1`, maxRetries: 0 });
}

function recording(bytes: Buffer = sound, name = "speech.mp3"): File {
  return new File([new Uint8Array(bytes)], name, { type: "audio/mpeg" });
}

function picture(bytes: Buffer, name: string): File {
  return new File([new Uint8Array(bytes)], name, { type: "image/png" });
}

/** The form as an upstream's own parser reads it. */
function formOf({ body, headers }: RecordedRequest): Promise<FormData> {
  const contentType = headers["content-type"] ?? "";
  return new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
}

async function fileIn(form: FormData, name: string): Promise<Buffer> {
  return Buffer.from(await (form.get(name) as File).arrayBuffer());
}

/** A form by hand, for what no SDK would send. */
function rawForm(route: Route, fields: [name: string, value: string | Buffer][]) {
  const boundary = "by-hand";
  const parts = fields.map(([name, value]) => {
    const file = typeof value === "string" ? "" : '; filename="a.mp3"';
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), Buffer.from(value as string), Buffer.from("\r\n")]);
  });
  return {
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { authorization: `Bearer ${route.key}`, "content-type": `multipart/form-data; boundary=${boundary}` },
  };
}

function post(door: DoorTest, target: string, { body, headers }: ReturnType<typeof rawForm>): Promise<Response> {
  return fetch(`${door.sluice.baseUrl}${target}`, { method: "POST", headers, body: new Uint8Array(body) });
}

const errorOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; param: string | null } };
  return [response.status, error.code, error.param];
};

const spooled = (door: DoorTest) => readdirSync(path.join(door.sluice.dataDir, "spool"));

onEachDoor((door) => {
  it("sdk: a recording is transcribed: its bytes arrive equal, the model is the deployment's", async () => {
    const upstream = await door.upstream(transcript);
    const route = await door.route([{ origin: upstream.origin, model: "whisper-upstream" }]);
    const { data, response } = await clientOf(door, route)
      .audio.transcriptions.create({ file: recording(), model: route.model, language: "en", prompt: "Grüße, 世界" })
      .withResponse();
    expect(data.text).toBe("Hello from a recording.");
    const [request] = upstream.requests as [RecordedRequest];
    expect([request.method, request.path]).toEqual(["POST", "/v1/audio/transcriptions"]);
    const form = await formOf(request);
    expect([form.get("model"), form.get("language"), form.get("prompt")]).toEqual([
      "whisper-upstream",
      "en",
      "Grüße, 世界",
    ]);
    expect((form.get("file") as File).name).toBe("speech.mp3");
    expect((await fileIn(form, "file")).equals(sound)).toBe(true);
    expect(response.headers.get("x-sluice-model")).toBe("whisper-upstream");
    expect(await callRow(door.sluice, response.headers.get("x-request-id"))).toMatchObject({
      endpoint: "audio.transcriptions",
      outcome: "ok",
      status: 200,
      stream: false,
      model: route.model,
      servedModel: "whisper-upstream",
    });
  });

  it("sdk: a transcript comes as plain text or in detail when that is asked for", async () => {
    const words = "1\n00:00:00,000 --> 00:00:02,000\nHello.\n";
    const upstream = await door.upstream(
      bodyScript(200, words, { "content-type": "text/plain; charset=utf-8" }),
      jsonScript(200, { text: "Hello.", language: "english", duration: 2, segments: [{ id: 0, text: "Hello." }] }),
    );
    const route = await door.route([upstream]);
    const client = clientOf(door, route);
    const text = await client.audio.transcriptions.create({
      file: recording(),
      model: route.model,
      response_format: "srt",
    });
    expect(text as unknown).toBe(words);
    const detail = await client.audio.transcriptions.create({
      file: recording(),
      model: route.model,
      response_format: "verbose_json",
    });
    expect(detail).toMatchObject({ text: "Hello.", duration: 2, segments: [{ text: "Hello." }] });
    const formats = await Promise.all(
      upstream.requests.map(async (sent) => (await formOf(sent)).get("response_format")),
    );
    expect(formats).toEqual(["srt", "verbose_json"]);
  });

  it("sdk: a transcript streams event by event", async () => {
    const deltas = ["Hel", "lo."].map((delta) => ({ type: "transcript.text.delta", delta }));
    const done = { type: "transcript.text.done", text: "Hello." };
    const items = [...deltas, done].map((event) => JSON.stringify(event));
    const upstream = await door.upstream(sseScript(items, { delayMs: 150, end: "eof" }));
    const route = await door.route([upstream]);
    const stream = await clientOf(door, route).audio.transcriptions.create({
      file: recording(),
      model: route.model,
      stream: true,
    });
    const seen: unknown[] = [];
    const atMs: number[] = [];
    for await (const event of stream) {
      seen.push(event);
      atMs.push(performance.now());
    }
    expect(seen).toEqual([...deltas, done]);
    expect((atMs.at(-1) ?? 0) - (atMs[0] ?? 0)).toBeGreaterThan(200);
    expect((await formOf(upstream.requests[0] as RecordedRequest)).get("stream")).toBe("true");
  });

  it("a transcript streams also when the client says so only after a long file", async () => {
    const event = { type: "transcript.text.done", text: "Hello." };
    const upstream = await door.upstream(sseScript([JSON.stringify(event)], { end: "eof" }));
    const route = await door.route([upstream]);
    const form = rawForm(route, [
      ["model", route.model],
      ["file", randomBytes(2 * megabyte)],
      ["stream", "true"],
    ]);
    const response = await post(door, "/v1/audio/transcriptions", form);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toContain(JSON.stringify(event));
  });

  it("sdk: a recording is translated", async () => {
    const upstream = await door.upstream(jsonScript(200, { text: "Good morning." }));
    const route = await door.route([upstream]);
    const answer = await clientOf(door, route).audio.translations.create({ file: recording(), model: route.model });
    expect(answer.text).toBe("Good morning.");
    expect(upstream.requests[0]?.path).toBe("/v1/audio/translations");
    expect((await fileIn(await formOf(upstream.requests[0] as RecordedRequest), "file")).equals(sound)).toBe(true);
  });

  it("sdk: several images and a mask are edited, and an image is varied", async () => {
    const answer = { created: 1, data: [{ b64_json: "aW1hZ2U=" }] };
    const upstream = await door.upstream(jsonScript(200, answer));
    const route = await door.route([{ origin: upstream.origin, model: "image-upstream" }]);
    const client = clientOf(door, route);
    const [first, second, mask] = [randomBytes(40_000), randomBytes(50_000), randomBytes(9000)] as const;
    const edited = await client.images.edit({
      image: [picture(first, "first.png"), picture(second, "second.png")],
      mask: picture(mask, "mask.png"),
      prompt: "A boat\r\n--on a lake",
      model: route.model,
    });
    expect(edited.data).toEqual(answer.data);
    const form = await formOf(upstream.requests[0] as RecordedRequest);
    expect([form.get("model"), form.get("prompt")]).toEqual(["image-upstream", "A boat\r\n--on a lake"]);
    const images = await Promise.all(
      form.getAll("image[]").map(async (image) => Buffer.from(await (image as File).arrayBuffer())),
    );
    expect(images.map((image, index) => image.equals(index === 0 ? first : second))).toEqual([true, true]);
    expect((await fileIn(form, "mask")).equals(mask)).toBe(true);

    const varied = await client.images.createVariation({ image: picture(first, "first.png"), model: route.model });
    expect(varied.data).toEqual(answer.data);
    expect(upstream.requests.map((sent) => sent.path)).toEqual(["/v1/images/edits", "/v1/images/variations"]);
    expect((await formOf(upstream.requests[1] as RecordedRequest)).get("model")).toBe("image-upstream");
  });

  it("sdk: after a 503 the second provider gets the same file under its own model's name", async () => {
    const failing = await door.upstream(overloaded);
    const second = await door.upstream(transcript);
    const route = await door.route([
      { origin: failing.origin, model: "first-model" },
      { origin: second.origin, model: "second-model" },
    ]);
    const big = randomBytes(3 * megabyte);
    const { data, response } = await clientOf(door, route)
      .audio.transcriptions.create({ file: recording(big), model: route.model })
      .withResponse();
    expect(data.text).toBe("Hello from a recording.");
    for (const [upstream, model] of [
      [failing, "first-model"],
      [second, "second-model"],
    ] as const) {
      const form = await formOf(upstream.requests[0] as RecordedRequest);
      expect(form.get("model")).toBe(model);
      expect((await fileIn(form, "file")).equals(big)).toBe(true);
    }
    expect(response.headers.get("x-sluice-attempts")).toBe("2");
    expect(await callRow(door.sluice, response.headers.get("x-request-id"))).toMatchObject({ outcome: "rescued" });
    await expect.poll(() => spooled(door)).toEqual([]);
  });

  it.each([
    ["before", 1],
    ["before", 2],
    ["after", 1],
    ["after", 2],
  ] as const)("20 MB with the model %s the file arrive equal in a group of %i", async (place, members) => {
    const upstreams = await Promise.all(Array.from({ length: members }, () => door.upstream(transcript)));
    if (members === 2) upstreams[0]?.respond(overloaded);
    const route = await door.route(upstreams);
    const big = randomBytes(20 * megabyte);
    const fields: [string, string | Buffer][] = [
      ["model", route.model],
      ["file", big],
    ];
    const response = await post(
      door,
      "/v1/audio/transcriptions",
      rawForm(route, place === "before" ? fields : fields.toReversed()),
    );
    expect([response.status, ((await response.json()) as { text: string }).text]).toEqual([
      200,
      "Hello from a recording.",
    ]);
    for (const upstream of upstreams)
      expect((await fileIn(await formOf(upstream.requests[0] as RecordedRequest), "file")).equals(big)).toBe(true);
    await expect.poll(() => spooled(door)).toEqual([]);
  });

  it.each([1, 2])(
    "a client that leaves in mid-upload closes the upstream in a group of %i, and no file stays",
    async (members) => {
      const hanging: Script = async ({ request }) => {
        await request.clientClosed;
      };
      const upstreams = await Promise.all(Array.from({ length: members }, () => door.upstream(hanging)));
      const route = await door.route(upstreams);
      const { body, headers } = rawForm(route, [
        ["model", route.model],
        ["file", randomBytes(8 * megabyte)],
      ]);
      const client = sendRequest(`${door.sluice.baseUrl}/v1/audio/transcriptions`, {
        method: "POST",
        headers: { ...headers, "content-length": body.length },
      });
      client.on("error", () => {});
      client.write(body.subarray(0, 4 * megabyte));
      await expect.poll(() => upstreams[0]?.openConnections, { timeout: 5000 }).toBe(1);
      if (members === 2) await expect.poll(() => spooled(door)).toHaveLength(1);
      client.destroy();
      await expect.poll(() => upstreams[0]?.openConnections, { timeout: 1000, interval: 10 }).toBe(0);
      await expect.poll(() => spooled(door)).toEqual([]);
      expect(upstreams[0]?.requests).toHaveLength(0);
      expect(await lastCallOfKey(door.sluice, route)).toMatchObject({ outcome: "client_left", status: 499 });
      const state = await door.sluice.admin<{ state: { failures: number } | null }>(
        "GET",
        `/deployments/${route.members[0]?.deploymentId}`,
      );
      expect(state.state?.failures ?? 0).toBe(0);
    },
  );

  it("an upstream that refuses before it has everything is heard, and the client's connection goes on", async () => {
    const refusal = { error: { message: "not a recording", type: "invalid_request_error", code: "bad_audio" } };
    const upstream = createServer((request, response) => {
      request.once("data", () => {
        response.writeHead(400, { "content-type": "application/json" });
        response.end(JSON.stringify(refusal));
      });
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const route = await door.route([{ origin: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}` }]);
      const { body, headers } = rawForm(route, [
        ["model", route.model],
        ["stream", "false"],
        ["file", randomBytes(4 * megabyte)],
      ]);
      for (let n = 0; n < 2; n++) {
        const client = sendRequest(`${door.sluice.baseUrl}/v1/audio/transcriptions`, {
          method: "POST",
          headers: { ...headers, "content-length": body.length },
          agent,
        });
        const answer = new Promise<[number | undefined, string]>((resolve, reject) => {
          client.on("error", reject);
          client.on("response", async (response) => {
            let text = "";
            for await (const chunk of response) text += String(chunk);
            resolve([response.statusCode, text]);
          });
        });
        client.write(body.subarray(0, megabyte));
        const [status, text] = await answer;
        expect([status, text]).toEqual([400, expect.stringContaining("bad_audio")]);
        client.end(body.subarray(megabyte));
        await once(client, "close");
      }
      await expect.poll(() => spooled(door)).toEqual([]);
    } finally {
      agent.destroy();
      upstream.closeAllConnections();
      upstream.close();
    }
  });

  it("a form on a path we know nothing of goes to the provider of the model it names", async () => {
    const answer = Buffer.from([0, 1, 2, 255]);
    const upstream = await door.upstream(bodyScript(200, answer, { "content-type": "audio/wav" }));
    const route = await door.route([{ origin: upstream.origin, model: "voice-upstream" }]);
    const form = rawForm(route, [
      ["file", sound],
      ["model", route.model],
    ]);
    const response = await post(door, "/v1/audio/voice-changer?speed=2", form);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "audio/wav"]);
    expect(Buffer.from(await response.arrayBuffer()).equals(answer)).toBe(true);
    const [request] = upstream.requests as [RecordedRequest];
    expect(request.path).toBe("/v1/audio/voice-changer?speed=2");
    const sent = await formOf(request);
    expect([sent.get("model"), (await fileIn(sent, "file")).equals(sound)]).toEqual(["voice-upstream", true]);
  });

  it("a form that names no model, or two, or ends early is 400 and asks nobody", async () => {
    const upstream = await door.upstream(transcript);
    const route = await door.route([upstream]);
    const file: [string, Buffer] = ["file", randomBytes(2 * megabyte)];
    const model: [string, string] = ["model", route.model];
    const send = async (form: ReturnType<typeof rawForm>) =>
      errorOf(await post(door, "/v1/audio/transcriptions", form));
    expect(await send(rawForm(route, [file]))).toEqual([400, "missing_required", "model"]);
    expect(await send(rawForm(route, [model, file, model]))).toEqual([400, "invalid_multipart", "model"]);
    const whole = rawForm(route, [file, model]);
    expect(await send({ ...whole, body: whole.body.subarray(0, -8) })).toEqual([400, "invalid_multipart", null]);
    expect(await send({ ...whole, headers: { ...whole.headers, "content-type": "text/plain" } })).toEqual([
      415,
      "unsupported_media_type",
      null,
    ]);
    expect(upstream.requests).toHaveLength(0);
    await expect.poll(() => spooled(door)).toEqual([]);
  });

  it("an upstream that does not read holds the client back, and little of the upload is in memory or on disk", async () => {
    const upstream = createRawServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const route = await door.route([{ origin: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}` }]);
    const { body, headers } = rawForm(route, [
      ["model", route.model],
      ["stream", "false"],
      ["file", Buffer.alloc(96 * megabyte, "sound")],
    ]);
    const client = sendRequest(`${door.sluice.baseUrl}/v1/audio/transcriptions`, {
      method: "POST",
      headers: { ...headers, "content-length": body.length },
    });
    try {
      client.on("error", () => {});
      let taken = 0;
      const step = 256 * 1024;
      const go = () => {
        if (taken + step > body.length || client.destroyed) return;
        client.write(body.subarray(taken, taken + step), () => {
          taken += step;
          go();
        });
      };
      go();
      await expect.poll(() => taken, { timeout: 5000 }).toBeGreaterThan(megabyte);
      // What sockets hold is the kernel's; it fills up and then nothing moves.
      let before = -1;
      for (const deadline = performance.now() + 10_000; taken !== before && performance.now() < deadline; ) {
        before = taken;
        await sleep(500);
      }
      expect(taken).toBe(before);
      expect(taken).toBeLessThan(40 * megabyte);
      expect(spooled(door)).toEqual([]);
    } finally {
      client.destroy();
      upstream.close();
    }
  });

  it("a form announced with 200 MB is 413 before it is read", async () => {
    const route = await door.route([await door.upstream(transcript)]);
    const head =
      `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${route.key}\r\n` +
      `content-type: multipart/form-data; boundary=x\r\ncontent-length: ${200 * megabyte}\r\n\r\n--x`;
    const answer = await rawRequest(door.sluice.baseUrl, head);
    // Next's own server waits for the client to go.
    expect([answer.status, answer.closed]).toEqual([413, door.door === "node"]);
    expect(answer.body).toContain("request_too_large");
    expect(answer.ms).toBeLessThan(1000);
  });

  it("a slow provider has its whole time, counted from the last byte of the upload", async () => {
    const upstream = await door.upstream(delayedScript(700, transcript));
    const route = await door.route([{ origin: upstream.origin, timeouts: { firstByteMs: 1000, firstTokenMs: 1000 } }]);
    const { body, headers } = rawForm(route, [
      ["model", route.model],
      ["stream", "false"],
      ["file", sound],
    ]);
    const status = new Promise<number>((resolve, reject) => {
      const client = sendRequest(`${door.sluice.baseUrl}/v1/audio/transcriptions`, {
        method: "POST",
        headers: { ...headers, "content-length": body.length },
      });
      client.on("error", reject);
      client.on("response", (response) => resolve(response.resume().statusCode ?? 0));
      const step = Math.ceil(body.length / 5);
      for (let n = 0; n < 5; n++)
        setTimeout(() => client[n < 4 ? "write" : "end"](body.subarray(n * step, (n + 1) * step)), n * 500);
    });
    expect(await status).toBe(200);
  });
});
