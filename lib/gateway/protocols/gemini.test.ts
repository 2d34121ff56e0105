import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SluiceError } from "../../errors.ts";
import { classifyFault } from "../answer-check.ts";
import { createSseReader } from "../sse.ts";
import { UsageMeter } from "../usage.ts";
import type { AnswerEvent, Json } from "./answer-format.ts";
import { geminiFormat } from "./gemini.ts";

if (geminiFormat.kind !== "json" || !geminiFormat.convert) throw new Error("the format converts");
const { convert } = geminiFormat;

const head = { modelVersion: "gemini-3-pro", responseId: "resp-1" };
const event = (parts: Json[] | null, more: Json = {}, top: Json = {}) => ({
  candidates: [{ ...(parts ? { content: { parts, role: "model" } } : {}), index: 0, ...more }],
  ...top,
  ...head,
});

function readAll(events: Json[]): AnswerEvent[] {
  const reader = geminiFormat.createEventReader();
  return events.map((json) => ({ ...(reader.read(JSON.stringify(json), "message") as AnswerEvent) }));
}

const whole = (json: unknown) => {
  if (geminiFormat.kind !== "json") throw new Error("json");
  return geminiFormat.readAnswer(Buffer.from(JSON.stringify(json)));
};

function usageOf(events: Json[]) {
  const meter = new UsageMeter("chat.completions");
  for (const { usage } of readAll(events)) meter.add(usage);
  return meter.report().usage;
}

describe("a stream", () => {
  test("is complete by its finish reason and by nothing else", () => {
    const events = readAll([event([{ text: "Hi" }]), event([{ text: "" }], { finishReason: "STOP" })]);
    expect(events.map(({ finished, ends }) => [finished, ends])).toEqual([
      [0, false],
      [1, false],
    ]);
    expect(geminiFormat.streamEnd).toBe("last_event");
  });

  test("counts each candidate apart", () => {
    const [first] = readAll([
      { candidates: [{ content: { parts: [{ text: "a" }] } }, { index: 1, finishReason: "STOP" }] },
    ]);
    expect(first).toMatchObject({ choices: 3, finished: 2 });
  });

  test("text of the answer is what keywords see; thoughts, calls and code only weigh", () => {
    const [event_] = readAll([
      event([
        { text: "hmm", thought: true },
        { text: "Hello" },
        { functionCall: { name: "f", args: { a: 1 } } },
        { executableCode: { language: "PYTHON", code: "1" } },
      ]),
    ]);
    expect(event_).toMatchObject({ text: "Hello", content: true, unsaidBytes: 3 + 7 + 1 + 3 });
  });

  test("an empty text with a proof, or a bare STOP, is nothing a client waits for", () => {
    const events = readAll([event([{ text: "", thoughtSignature: "c2ln" }]), event(null, { finishReason: "STOP" })]);
    expect(events.map(({ content }) => content)).toEqual([false, false]);
  });

  test.each(["MAX_TOKENS", "SAFETY", "RECITATION"])("%s without a word is an answer", (finishReason) => {
    expect(readAll([event(null, { finishReason })])[0]).toMatchObject({ content: true, error: null });
  });

  test("a malformed call is a failure that may be tried again, unless something was said before", () => {
    const failed = event(null, {
      finishReason: "MALFORMED_FUNCTION_CALL",
      finishMessage: "Malformed function call: x",
    });
    const [alone] = readAll([failed]);
    expect(alone?.error).toMatchObject({ code: "MALFORMED_FUNCTION_CALL", message: "Malformed function call: x" });
    expect(classifyFault(alone?.error ?? fail(), 200).kind).toBe("retry");
    expect(readAll([event([{ text: "I" }]), failed])[1]?.error).toBeNull();
  });

  test("a blocked prompt is a refusal by policy, the client's to mend", () => {
    const [blocked] = readAll([{ promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, ...head }]);
    expect(classifyFault(blocked?.error ?? fail(), 200)).toMatchObject({
      kind: "client_fault",
      reason: "policy_refusal",
      counts: false,
    });
  });

  test("counts of tokens grow from event to event and the last ones hold", () => {
    expect(
      usageOf([
        event([{ text: "a" }], {}, { usageMetadata: { promptTokenCount: 10, totalTokenCount: 10 } }),
        event(
          [{ text: "b" }],
          { finishReason: "STOP" },
          {
            usageMetadata: {
              promptTokenCount: 10,
              candidatesTokenCount: 5,
              thoughtsTokenCount: 7,
              cachedContentTokenCount: 4,
              toolUsePromptTokenCount: 3,
              totalTokenCount: 25,
            },
          },
        ),
      ]),
    ).toMatchObject({ input: 13, output: 12, cached: 4, reasoning: 7 });
  });

  test("an error goes out in Google's shape, as an event", () => {
    const text = geminiFormat.createEventReader().errorText(new SluiceError("upstream_timeout", "Too late."));
    let data = "";
    const sse = createSseReader({ onEvent: (one) => (data = one.data), onTooLarge: fail });
    sse.push(Buffer.from(text));
    expect(JSON.parse(data)).toMatchObject({ error: { code: 504, message: "Too late.", status: "DEADLINE_EXCEEDED" } });
  });
});

describe("errors", () => {
  const body = {
    error: {
      code: 429,
      message: "You exceeded your current quota.",
      status: "RESOURCE_EXHAUSTED",
      details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "22.5s" }],
    },
  };

  test.each([
    ["alone", body],
    ["in an array", [body]],
  ])("are read %s, with the time to wait", (_, json) => {
    expect(whole(json)?.error).toEqual({
      message: "You exceeded your current quota.",
      code: "RESOURCE_EXHAUSTED",
      type: "RESOURCE_EXHAUSTED",
      status: 429,
      retryAfterMs: 22_500,
    });
  });

  test("are known by the reason in their details", () => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }];
    expect(
      whole({ error: { code: 400, message: "API key not valid.", status: "INVALID_ARGUMENT", details } })?.error,
    ).toMatchObject({ code: "API_KEY_INVALID", type: "INVALID_ARGUMENT", status: 400 });
  });

  test("a prompt that is too long is known by its words", () => {
    const message = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).";
    const error = whole({ error: { code: 400, message, status: "INVALID_ARGUMENT" } })?.error ?? fail();
    expect(classifyFault(error, 400).kind).toBe("context_too_long");
  });
});

describe("a stream and a whole answer", () => {
  test("the parts of a stream come together in order, each proof with its own part", () => {
    const aggregator = convert.createAggregator();
    const call = { functionCall: { name: "f", args: { a: 1 } }, thoughtSignature: "c2ln" };
    for (const json of [
      event([{ text: "think ", thought: true }], {}, { usageMetadata: { promptTokenCount: 1 } }),
      event([{ text: "more", thought: true }]),
      event([{ text: "Hel" }]),
      event([{ text: "lo" }], { citationMetadata: { citationSources: [{ uri: "a" }] } }),
      event([{ text: "", thoughtSignature: "ZW5k" }], { citationMetadata: { citationSources: [{ uri: "b" }] } }),
      event(
        [call, { functionCall: { name: "g", args: {} } }],
        { finishReason: "STOP" },
        {
          usageMetadata: { promptTokenCount: 1, totalTokenCount: 9 },
        },
      ),
    ])
      aggregator.add(JSON.stringify(json), "message");
    expect(aggregator.result()).toEqual({
      candidates: [
        {
          content: {
            role: "model",
            parts: [
              { text: "think more", thought: true },
              { text: "Hello" },
              { text: "", thoughtSignature: "ZW5k" },
              call,
              { functionCall: { name: "g", args: {} } },
            ],
          },
          index: 0,
          citationMetadata: { citationSources: [{ uri: "a" }, { uri: "b" }] },
          finishReason: "STOP",
        },
      ],
      usageMetadata: { promptTokenCount: 1, totalTokenCount: 9 },
      ...head,
    });
  });

  test("a whole answer as a stream and put together again is the same", () => {
    const json = event(
      [{ text: "a", thought: true }, { text: "b" }, { inlineData: { mimeType: "image/png", data: "AA==" } }],
      {
        finishReason: "STOP",
        groundingMetadata: { webSearchQueries: ["x"] },
      },
    );
    const aggregator = convert.createAggregator();
    for (const data of convert.toEvents(Buffer.from(JSON.stringify(json, null, 2)), true))
      aggregator.add(String(data), "message");
    expect(aggregator.result()).toEqual(json);
  });

  test("a STOP without a word is an empty answer", () => {
    expect(whole(event(null, { finishReason: "STOP" }))).toMatchObject({ usable: false, error: null });
    expect(whole(event([{ text: "x" }], { finishReason: "STOP" }))).toMatchObject({ usable: true, text: "x" });
  });
});

test("nothing an upstream sends makes the readers throw", () => {
  const anything = fc.oneof(
    fc.json(),
    fc
      .record({
        candidates: fc.oneof(fc.jsonValue(), fc.array(fc.record({ content: fc.jsonValue(), index: fc.jsonValue() }))),
        promptFeedback: fc.jsonValue(),
        usageMetadata: fc.jsonValue(),
        error: fc.jsonValue(),
      })
      .map((json) => JSON.stringify(json)),
  );
  fc.assert(
    fc.property(fc.array(anything), (events) => {
      const reader = geminiFormat.createEventReader();
      const aggregator = convert.createAggregator();
      for (const data of events) {
        reader.read(data, "message");
        aggregator.add(data, "message");
        whole(JSON.parse(data));
      }
      aggregator.result();
    }),
  );
});

function fail(): never {
  throw new Error("unexpected");
}
