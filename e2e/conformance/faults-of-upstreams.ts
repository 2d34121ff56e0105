import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import {
  chatCompletion,
  chatScript,
  httpChunk,
  jsonScript,
  rawScript,
  responseHead,
  type Script,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { ProviderView } from "../../lib/schemas/providers.ts";
import { readAnswer } from "../support/answers.ts";
import { type Certificate, makeCertificate } from "../support/certificates.ts";
import type { DoorTest } from "../support/each-door.ts";
import { blackHole, tlsFront } from "../support/hostile-origins.ts";
import { callRow } from "../support/routes.ts";

const fromSecond = ["Hello", " from", " the second."];
const secondText = fromSecond.join("");
/** In everything the failing upstream says, so that one leaked byte shows. */
const mark = "FIRST-UPSTREAM";

const authority = makeCertificate({ name: "Authority of the tests" });

/**
 * The operator trusts an authority, and somebody left a switch in the environment that would trust everybody.
 * @param folder where the authority's certificate is written
 */
export function trustedEnvironment(folder: string): Record<string, string> {
  const file = path.join(folder, "authority.pem");
  writeFileSync(file, authority.certPem);
  return { NODE_EXTRA_CA_CERTS: file, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
}

const local = { name: "upstream", hosts: ["127.0.0.1"] };
const badCertificates: [string, Certificate][] = [
  ["expired", makeCertificate({ ...local, issuer: authority, expiresAt: Date.now() - 86_400_000 })],
  ["for another host", makeCertificate({ ...local, hosts: ["other.example"], issuer: authority })],
  ["signed by itself", makeCertificate(local)],
];

/** Bytes one by one, `everyMs` apart, until the client leaves. */
function dripping(before: string, drip: string, everyMs: number): Script {
  return async (exchange) => {
    await exchange.write(before);
    for (let at = 0; !exchange.isGone(); at = (at + 1) % drip.length) {
      await exchange.write(drip[at] as string);
      await exchange.wait(everyMs);
    }
  };
}

const answer = JSON.stringify(chatCompletion({ content: mark }));
const jsonHead = (headers: Record<string, string>) =>
  responseHead(200, { "content-type": "application/json", ...headers });

/** Exactly this and no more, until the client closes the connection. */
const broken = (pieces: (string | Buffer)[]): Script => rawScript(pieces, { end: "hang" });

/** Answers that are no HTTP, or lie about their length. Each is the whole of what the first upstream sends. */
const illegal: { title: string; script: Script }[] = [
  {
    title: "U-32 a content-length smaller than the body",
    script: broken([jsonHead({ "content-length": String(answer.length - 10) }), answer]),
  },
  {
    title: "U-32 two different content-lengths",
    script: broken([
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\ncontent-length: 5\r\n\r\n${answer}`,
    ]),
  },
  {
    title: "U-32 both content-length and transfer-encoding",
    script: broken([
      jsonHead({ "content-length": String(answer.length), "transfer-encoding": "chunked" }),
      httpChunk(answer),
      httpChunk(""),
    ]),
  },
  ...["zz", "-5", "fffffffffffffffff"].map((size) => ({
    title: `U-32 a chunk of size ${size}`,
    script: broken([jsonHead({ "transfer-encoding": "chunked" }), `${size}\r\n${answer}\r\n0\r\n\r\n`]),
  })),
  {
    title: "U-46 a switch of protocols",
    script: broken([responseHead(101, { upgrade: "x", connection: "upgrade" })]),
  },
  ...[3, 1000].map((layers) => ({
    title: `U-49 ${layers} layers of content coding`,
    script: broken([
      jsonHead({ "content-encoding": Array(layers).fill("gzip").join(","), "content-length": String(answer.length) }),
      answer,
    ]),
  })),
  {
    title: "U-49 a content coding nobody knows",
    script: broken([jsonHead({ "content-encoding": "sluice", "content-length": String(answer.length) }), answer]),
  },
  {
    title: "U-52 a header with a NUL",
    script: broken([
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: a\0b\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
    ]),
  },
  {
    title: "U-52 a head of 100 KB",
    script: broken([jsonHead({ "x-large": "x".repeat(100_000), "content-length": String(answer.length) }), answer]),
  },
];

/** What upstreams do wrong, as a client of one door sees it. The server was started with {@link trustedEnvironment}. */
export function upstreamFaults(door: DoorTest): void {
  for (const [what, certificate] of badCertificates)
    it(`U-05 a certificate that is ${what} is refused, whatever the environment says, and the second provider answers`, async () => {
      const first = await door.upstream(chatScript([mark]));
      const second = await door.upstream(chatScript(fromSecond));
      const front = await tlsFront(first.port, certificate);
      try {
        const reply = await readAnswer(await door.chat(await door.route([front, second])));
        expect(reply.text).toBe(secondText);
        expect(first.requests).toHaveLength(0);
        const row = await callRow(door.sluice, reply.requestId);
        expect(row.receipt.attempts[0]).toMatchObject({ outcome: "failed", reason: "tls", httpStatus: null });
      } finally {
        await front.close();
      }
    });

  it("U-05 a certificate of an authority the operator trusts is accepted", async () => {
    const upstream = await door.upstream(chatScript(fromSecond));
    const front = await tlsFront(upstream.port, makeCertificate({ ...local, issuer: authority }));
    try {
      expect((await readAnswer(await door.chat(await door.route([front])))).text).toBe(secondText);
    } finally {
      await front.close();
    }
  });

  for (const stream of [false, true]) {
    const kind = stream ? ", streamed" : "";

    it(`U-07 a host that swallows packets costs the connect time and no more${kind}`, async () => {
      const hole = await blackHole();
      const second = await door.upstream(chatScript(fromSecond));
      try {
        const route = await door.route([{ origin: hole.origin, timeouts: { connectMs: 700 } }, second]);
        const startedAt = performance.now();
        const reply = await readAnswer(await door.chat(route, { stream }));
        const ms = performance.now() - startedAt;
        expect(reply.text).toBe(secondText);
        const row = await callRow(door.sluice, reply.requestId);
        expect(row.attemptReasons).toEqual(["timeout_connect", "ok"]);
        expect(ms).toBeGreaterThan(650);
        expect(ms).toBeLessThan(2000);
      } finally {
        await hole.close();
      }
    });

    it(`U-16 a head that drips in is given up on time, and no byte of it buys more${kind}`, async () => {
      const slow = await door.upstream(dripping("HTTP/1.1 200 OK\r\nx-drip: ", "x", 50));
      const second = await door.upstream(chatScript(fromSecond));
      const timeouts = { firstByteMs: 700, firstTokenMs: 700 };
      const route = await door.route([{ origin: slow.origin, timeouts }, second]);
      const startedAt = performance.now();
      const reply = await readAnswer(await door.chat(route, { stream }));
      expect(performance.now() - startedAt).toBeLessThan(2000);
      expect(reply.text).toBe(secondText);
      expect((await callRow(door.sluice, reply.requestId)).attemptReasons).toEqual(["timeout_first_token", "ok"]);
      await slow.requests[0]?.clientClosed;

      const alone = await readAnswer(
        await door.chat(await door.route([{ origin: slow.origin, timeouts }]), { stream }),
      );
      expect([alone.status, alone.error?.code]).toEqual([504, "upstream_timeout"]);
    });

    for (const { title, script } of illegal)
      it(`${title}: the second provider answers, and the first's next answer is its own${kind}`, async () => {
        const first = await door.upstream(script, chatScript(["The next answer."]));
        const second = await door.upstream(chatScript(fromSecond));
        const route = await door.route([first, second]);
        const reply = await readAnswer(await door.chat(route, { stream }));
        expect(reply.status).toBe(200);
        expect(reply.text).toBe(secondText);
        expect(`${reply.body}${JSON.stringify([...reply.headers])}`).not.toContain(mark);
        await first.requests[0]?.clientClosed;
        expect((await readAnswer(await door.chat(route, { stream }))).text).toBe("The next answer.");
        expect(first.requests.map(({ connection }) => connection)).toEqual([1, 2]);
      });

    it(`U-32 an answer smuggled in behind another is nobody's${kind}`, async () => {
      const smuggled = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`;
      const good = JSON.stringify(chatCompletion({ content: "One." }));
      const first = await door.upstream(
        rawScript([`${jsonHead({ "content-length": String(good.length) })}${good}${smuggled}`]),
        chatScript(["Two."]),
      );
      const route = await door.route([first]);
      for (const text of ["One.", "Two."])
        expect((await readAnswer(await door.chat(route, { stream }))).text).toBe(text);
    });

    it(`U-46 heads of 1xx before the answer are skipped${kind}`, async () => {
      const early = [responseHead(103, { link: "</a>; rel=preload" }), responseHead(102, {})];
      const good = chatScript(fromSecond);
      const upstream = await door.upstream(async (exchange) => {
        for (const head of early) await exchange.write(head);
        await good(exchange);
      });
      const reply = await readAnswer(await door.chat(await door.route([upstream]), { stream }));
      expect([reply.status, reply.text]).toEqual([200, secondText]);
      expect(reply.headers.get("link")).toBeNull();
    });

    it(`U-52 header names and values that are traps change nothing${kind}`, async () => {
      const traps = "__proto__: polluted\r\nconstructor: x\r\nx-request-id: \x01\x7f\r\nX-Ünïcode: ü\r\n";
      const good = JSON.stringify(chatCompletion({ content: "Two." }));
      const upstream = await door.upstream(
        rawScript([
          `HTTP/1.1 200 OK\r\n__proto__: polluted\r\nconstructor: x\r\nhasownproperty: x\r\nx-request-id: \xfcber\r\ncontent-type: application/json\r\ncontent-length: ${good.length}\r\n\r\n${good}`,
        ]),
        rawScript([`HTTP/1.1 200 OK\r\n${traps}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`]),
      );
      const second = await door.upstream(chatScript(fromSecond));
      const route = await door.route([upstream, second]);
      const reply = await readAnswer(await door.chat(route, { stream }));
      expect([reply.status, reply.text]).toEqual([200, "Two."]);
      expect(JSON.stringify([...reply.headers])).not.toContain("polluted");
      expect((await readAnswer(await door.chat(route, { stream }))).text).toBe(secondText);
    });

    for (const [status, code] of [
      [402, "payment_required"],
      [429, "insufficient_quota"],
    ] as const)
      it(`U-37 ${status} ${code} sets the credential aside and it is not asked again${kind}`, async () => {
        const broke = await door.upstream(jsonScript(status, { error: { message: `${mark} pay first`, code } }));
        const second = await door.upstream(chatScript(fromSecond));
        const route = await door.route([{ origin: broke.origin, retries: 3 }, second]);
        for (let call = 0; call < 2; call++) {
          const reply = await readAnswer(await door.chat(route, { stream }));
          expect(reply.text).toBe(secondText);
          expect(reply.body).not.toContain(mark);
        }
        expect(broke.requests).toHaveLength(1);
        const provider = await door.sluice.admin<ProviderView>("GET", `/providers/${route.members[0]?.providerId}`);
        expect(provider.credentials.map(({ state }) => state)).toEqual(["set_aside"]);
      });
  }
}
