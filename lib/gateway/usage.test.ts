import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EndpointName, Usage } from "./types.ts";
import { isWholeUsage, noUsageReport, readUsagePiece, readUsageReport, UsageMeter } from "./usage.ts";

type Json = Record<string, unknown>;

const usage = (more: Partial<Usage>): Usage => ({
  input: 0,
  output: 0,
  cached: 0,
  cacheWrite: 0,
  reasoning: 0,
  source: "provider",
  ...more,
});

function streamed(events: Json[], endpoint: EndpointName = "chat.completions") {
  const meter = new UsageMeter(endpoint);
  for (const event of events) meter.add(readUsagePiece(event));
  return meter.report();
}

const chat = (usage: unknown) => ({ id: "c", choices: [], usage });

describe("usage of a whole answer", () => {
  const shapes: [string, EndpointName, Json, Partial<Usage>][] = [
    [
      "OpenAI chat",
      "chat.completions",
      chat({
        prompt_tokens: 100,
        completion_tokens: 20,
        total_tokens: 120,
        prompt_tokens_details: { cached_tokens: 64, audio_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 12, audio_tokens: 2, accepted_prediction_tokens: 0 },
      }),
      { input: 100, output: 20, cached: 64, reasoning: 12 },
    ],
    [
      "chat without a total",
      "chat.completions",
      chat({ prompt_tokens: 1, completion_tokens: 2 }),
      { input: 1, output: 2 },
    ],
    [
      "chat with the prompt and a total",
      "chat.completions",
      chat({ prompt_tokens: 10, total_tokens: 14 }),
      { input: 10, output: 4 },
    ],
    [
      "DeepSeek's cache",
      "chat.completions",
      chat({
        prompt_tokens: 50,
        completion_tokens: 5,
        total_tokens: 55,
        prompt_cache_hit_tokens: 48,
        prompt_cache_miss_tokens: 2,
      }),
      { input: 50, output: 5, cached: 48 },
    ],
    [
      "thinking that xAI counts beside the answer",
      "chat.completions",
      chat({
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 45,
        completion_tokens_details: { reasoning_tokens: 30 },
      }),
      { input: 10, output: 35, reasoning: 30 },
    ],
    [
      "thinking that Gemini counts in the total only",
      "chat.completions",
      chat({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 115 }),
      { input: 10, output: 105, reasoning: 100 },
    ],
    [
      "a cache written through an OpenAI shape",
      "chat.completions",
      chat({
        prompt_tokens: 90,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 60 },
      }),
      { input: 90, output: 1, cached: 10, cacheWrite: 60 },
    ],
    [
      "completions",
      "completions",
      { usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } },
      { input: 7, output: 3 },
    ],
    ["embeddings", "embeddings", { usage: { prompt_tokens: 8, total_tokens: 8 } }, { input: 8 }],
    ["embeddings with the prompt alone", "embeddings", { usage: { prompt_tokens: 8 } }, { input: 8 }],
    ["embeddings with the total alone", "embeddings", { usage: { total_tokens: 8 } }, { input: 8 }],
    ["rerank with the total alone", "rerank", { results: [], usage: { total_tokens: 815 } }, { input: 815 }],
    ["rerank with Cohere's tokens", "rerank", { meta: { tokens: { input_tokens: 33 } } }, { input: 33 }],
    [
      "Responses",
      "responses",
      {
        usage: {
          input_tokens: 75,
          input_tokens_details: { cached_tokens: 32 },
          output_tokens: 1186,
          output_tokens_details: { reasoning_tokens: 1024 },
          total_tokens: 1261,
        },
      },
      { input: 75, output: 1186, cached: 32, reasoning: 1024 },
    ],
    [
      "images",
      "images.generations",
      {
        data: [],
        usage: {
          input_tokens: 50,
          output_tokens: 50,
          total_tokens: 100,
          input_tokens_details: { text_tokens: 10, image_tokens: 40 },
        },
      },
      { input: 50, output: 50 },
    ],
    [
      "a transcription by tokens",
      "audio.transcriptions",
      {
        text: "hi",
        usage: {
          type: "tokens",
          input_tokens: 14,
          input_token_details: { text_tokens: 10, audio_tokens: 4 },
          output_tokens: 101,
          total_tokens: 115,
        },
      },
      { input: 14, output: 101 },
    ],
    [
      "Anthropic, whose input leaves the caches out",
      "relay",
      { usage: { input_tokens: 10, cache_read_input_tokens: 200, cache_creation_input_tokens: 30, output_tokens: 5 } },
      { input: 240, output: 5, cached: 200, cacheWrite: 30 },
    ],
  ];

  it.each(shapes)("is read from %s", (_name, endpoint, json, expected) => {
    const report = readUsageReport(json, endpoint);
    expect(report.usage).toEqual(usage(expected));
    expect(report).toMatchObject({ unit: "tokens", implausible: false, provisional: false });
  });

  it("is nothing where nothing is said", () => {
    for (const json of [
      {},
      { usage: null },
      { usage: [] },
      { usage: "many" },
      { usage: {} },
      { message: {} },
      { response: { usage: null } },
    ])
      expect(readUsageReport(json, "chat.completions").usage).toBeNull();
    expect(readUsageReport({}, "chat.completions")).toEqual(noUsageReport);
  });

  it("is not tokens where the provider bills seconds or searches, so nobody estimates tokens", () => {
    const seconds = readUsageReport({ text: "hi", usage: { type: "duration", seconds: 12 } }, "audio.transcriptions");
    expect(seconds).toEqual({ ...noUsageReport, unit: "seconds" });
    const searches = readUsageReport({ meta: { billed_units: { search_units: 1 } } }, "rerank");
    expect(searches).toEqual({ ...noUsageReport, unit: "searches" });
  });

  it("is not told by zeros, which no call can have used", () => {
    const zeros = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    expect(readUsageReport(chat(zeros), "chat.completions").usage).toBeNull();
  });

  it("has no more cached than input and no more reasoning than output, whatever is claimed", () => {
    const claimed = {
      prompt_tokens: 10,
      completion_tokens: 3,
      prompt_tokens_details: { cached_tokens: 11, cache_write_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 9 },
    };
    expect(readUsageReport(chat(claimed), "chat.completions").usage).toEqual(
      usage({ input: 10, output: 3, cached: 10, cacheWrite: 0, reasoning: 3 }),
    );
  });
});

describe("usage that cannot be true", () => {
  it.each([
    ["negative", -1],
    ["absurdly large", 1e30],
    ["a fraction", 1.5],
    ["a string", "12"],
    ["not a number", Number.NaN],
    ["infinite", Number.POSITIVE_INFINITY],
    ["an object", {}],
    ["true", true],
  ])("is not believed and is flagged when a count is %s", (_name, bad) => {
    for (const counts of [
      { prompt_tokens: bad, completion_tokens: 2 },
      { prompt_tokens: 2, completion_tokens: bad },
      { prompt_tokens: 2, completion_tokens: 2, total_tokens: bad },
    ])
      expect(readUsageReport(chat(counts), "chat.completions")).toMatchObject({
        usage: null,
        partial: { input: null, output: null },
        implausible: true,
      });
  });

  it("loses only the detail that is nonsense", () => {
    const counts = { prompt_tokens: 5, completion_tokens: 2, prompt_tokens_details: { cached_tokens: -3 } };
    const report = readUsageReport(chat(counts), "chat.completions");
    expect(report).toMatchObject({ usage: { input: 5, output: 2, cached: 0 }, implausible: true });
  });

  it("stays below 2^31 also where Anthropic's caches are added to it", () => {
    const most = 2 ** 31 - 1;
    const counts = { input_tokens: most, cache_read_input_tokens: most, cache_creation_input_tokens: most };
    const { usage } = readUsageReport(chat({ ...counts, output_tokens: 1 }), "relay");
    expect(usage).toMatchObject({ input: most, cached: most, cacheWrite: 0 });
  });

  it("never yields a count that is not a whole number below 2^31, as its columns hold it, whatever is sent", () => {
    const value = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant(null), fc.nat(1000), fc.boolean());
    const member = fc.constantFrom(
      ...["prompt_tokens", "completion_tokens", "total_tokens", "input_tokens", "output_tokens"],
      ...["cache_read_input_tokens", "cache_creation_input_tokens", "prompt_cache_hit_tokens", "cost"],
    );
    const details = fc.dictionary(fc.constantFrom("cached_tokens", "cache_write_tokens", "reasoning_tokens"), value);
    const object = fc
      .tuple(fc.dictionary(member, value), details, details)
      .map(([counts, prompt_tokens_details, completion_tokens_details]) => ({
        ...counts,
        prompt_tokens_details,
        completion_tokens_details,
      }));
    fc.assert(
      fc.property(fc.array(object, { maxLength: 4 }), (pieces) => {
        const { usage, costNanos } = streamed(pieces.map(chat));
        if (costNanos !== null) expect(Number.isSafeInteger(costNanos) && costNanos >= 0).toBe(true);
        if (!usage) return;
        for (const count of [usage.input, usage.output, usage.cached, usage.cacheWrite, usage.reasoning])
          expect(Number.isSafeInteger(count) && count >= 0 && count < 2 ** 31).toBe(true);
        expect(usage.cached + usage.cacheWrite).toBeLessThanOrEqual(usage.input);
        expect(usage.reasoning).toBeLessThanOrEqual(usage.output);
      }),
    );
  });
});

describe("usage of a stream", () => {
  const final = chat({ prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 });

  it.each([
    ["null in every event before", [chat(null), chat(null), final]],
    ["a provisional count before the final one", [chat({ prompt_tokens: 9, completion_tokens: 1 }), final]],
    [
      "running totals in every event",
      [1, 5, 9].map((n) => chat({ prompt_tokens: 9, completion_tokens: n })).concat(final),
    ],
    ["the final count sent twice", [final, final]],
    ["a part after the whole", [final, chat({ prompt_tokens: 100 })]],
    ["null after the whole", [final, chat(null)]],
    ["zeros after the whole", [final, chat({ prompt_tokens: 0, completion_tokens: 0 })]],
    ["the halves in two events", [chat({ prompt_tokens: 9 }), chat({ completion_tokens: 12 })]],
    ["the count beside an empty delta", [{ choices: [{ index: 0, delta: {} }], usage: final.usage }]],
    ["Groq's own member", [{ choices: [], x_groq: { id: "r", usage: final.usage } }]],
  ])("is counted once: %s", (_name, events) => {
    expect(streamed(events)).toMatchObject({ usage: usage({ input: 9, output: 12 }), provisional: false });
  });

  it("keeps the last believable count and says that another was not believed", () => {
    const report = streamed([final, chat({ prompt_tokens: -1, completion_tokens: 3 })]);
    expect(report).toMatchObject({ usage: { input: 9, output: 12 }, implausible: true });
  });

  it("is shown to a client only whole and believable", () => {
    const shown = (usage: unknown) => isWholeUsage(readUsagePiece(chat(usage)));
    expect(shown({ prompt_tokens: 9, completion_tokens: 0 })).toBe(true);
    for (const usage of [null, {}, { prompt_tokens: 9 }, { prompt_tokens: -1, completion_tokens: 3 }, "12"])
      expect(shown(usage)).toBe(false);
  });

  it("hands on the half that was told", () => {
    expect(streamed([chat({ prompt_tokens: 9, completion_tokens: null })])).toMatchObject({
      usage: null,
      partial: { input: 9, output: null },
    });
  });

  it("is found inside the events of Responses", () => {
    const complete = { input_tokens: 36, output_tokens: 87, total_tokens: 123 };
    const events = [
      { type: "response.created", response: { id: "r", usage: null } },
      { type: "response.output_text.delta", delta: "Hi" },
      { type: "response.completed", response: { id: "r", usage: complete } },
    ];
    expect(streamed(events, "responses").usage).toEqual(usage({ input: 36, output: 87 }));
  });

  const start = {
    type: "message_start",
    message: {
      usage: { input_tokens: 25, cache_read_input_tokens: 100, cache_creation_input_tokens: 5, output_tokens: 1 },
    },
  };

  it("is put together from Anthropic's pieces", () => {
    const report = streamed([start, { type: "message_delta", usage: { output_tokens: 15 } }], "relay");
    expect(report).toMatchObject({
      usage: usage({ input: 130, output: 15, cached: 100, cacheWrite: 5 }),
      provisional: false,
    });
  });

  it("is not doubled by Anthropic's running totals", () => {
    const total = { input_tokens: 25, cache_read_input_tokens: 100, cache_creation_input_tokens: 5, output_tokens: 15 };
    const events = [start, { usage: { ...total, output_tokens: 4 } }, { usage: total }];
    expect(streamed(events, "relay").usage).toEqual(usage({ input: 130, output: 15, cached: 100, cacheWrite: 5 }));
  });

  it("is called provisional while Anthropic has only opened the message, so that a cut answer is counted by its text", () => {
    expect(streamed([start], "relay")).toMatchObject({ usage: { input: 130, output: 1 }, provisional: true });
  });
});

describe("the cost a provider reports", () => {
  const told = (more: Json) =>
    readUsageReport(chat({ prompt_tokens: 1, completion_tokens: 1, ...more }), "chat.completions");

  it("is read exactly from OpenRouter's number and from a decimal text", () => {
    expect(told({ cost: 0.00014 }).costNanos).toBe(140_000);
    expect(told({ cost: "0.00014" }).costNanos).toBe(140_000);
    expect(told({ cost: 0 }).costNanos).toBe(0);
  });

  it("is the sum of Perplexity's object", () => {
    expect(told({ cost: { input_tokens_cost: 0.001, request_cost: 0.005, total_cost: 0.006 } }).costNanos).toBe(
      6_000_000,
    );
  });

  it("includes what one's own key behind OpenRouter was charged, and is unknown where that is not told", () => {
    const own = { cost: 0.0001, is_byok: true };
    expect(told({ ...own, cost_details: { upstream_inference_cost: 0.002 } }).costNanos).toBe(2_100_000);
    expect(told(own).costNanos).toBeNull();
    expect(told({ cost: 0.003, is_byok: false, cost_details: { upstream_inference_cost: 0.003 } }).costNanos).toBe(
      3_000_000,
    );
  });

  it.each([-0.1, Number.NaN, 1e9, "free", true, [], { total_cost: -1 }])(
    "is ignored and flagged when it is %s",
    (cost) => {
      expect(told({ cost })).toMatchObject({ costNanos: null, implausible: true, usage: { input: 1, output: 1 } });
    },
  );

  it("is taken once from a stream that repeats it", () => {
    const event = chat({ prompt_tokens: 1, completion_tokens: 1, cost: 0.5 });
    expect(streamed([event, event, chat(null)]).costNanos).toBe(500_000_000);
  });
});
