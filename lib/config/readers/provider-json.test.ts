import { describe, expect, test } from "vitest";
import { hasErrors } from "../problems.ts";
import type { ReaderResult } from "../reader.ts";
import { readProviderJson } from "./provider-json.ts";

function read(value: unknown): ReaderResult {
  const content = Buffer.from(typeof value === "string" ? value : JSON.stringify(value, null, 2));
  return readProviderJson({ content, env: {}, options: {} }) as ReaderResult;
}

const entry = {
  name: "provider-1",
  endpoint: "https://api.example.com/v1",
  api_key: "sk-one",
  model: "gpt-4o-2024",
};
const full = {
  ...entry,
  priority: 2,
  weight: 30,
  rate_limit: { requests_per_period: 100, tokens_per_period: 500000, period_cron: "0 */6 * * *" },
  retry: 2,
  timeout: 45,
  stream_support: false,
  non_stream_support: true,
  enabled: false,
  custom_headers: { "X-Title": "gateway" },
  max_context_length: 128000,
};
const one = (value: object, global?: object) =>
  read({ ...(global && { _global: global }), "gpt-4o": { providers: [value] } });

describe("G14 a provider file", () => {
  test("G14 G18 G19 every field arrives where it belongs", () => {
    const { document, problems } = one(full, { api_key: "gateway-key", log_requests: false });
    expect(problems).toEqual([]);
    expect(document).toEqual({
      providers: [
        {
          name: "provider-1",
          protocol: "openai",
          baseUrl: "https://api.example.com/v1",
          headers: { "X-Title": "gateway" },
          timeouts: { firstTokenMs: 45_000, firstByteMs: 45_000, idleMs: 45_000 },
          retries: 1,
          credentials: [{ name: "default", secret: "sk-one" }],
          deployments: [
            {
              name: "gpt-4o-2024",
              model: "gpt-4o-2024",
              contextWindow: 128000,
              supports: { stream: false, nonStream: true },
              quota: { requestsPerPeriod: 100, tokensPerPeriod: 500000, periodCron: "0 */6 * * *" },
            },
          ],
        },
      ],
      groups: [
        {
          name: "gpt-4o",
          strategy: "weighted",
          members: [{ provider: "provider-1", deployment: "gpt-4o-2024", priority: 2, weight: 30, enabled: false }],
        },
      ],
      keys: [{ name: "provider.json", key: "gateway-key", groups: ["*"] }],
      settings: { logRequests: false },
    });
  });

  test("absent fields have the defaults of the old gateway: three attempts in all, 60 seconds, weight 10", () => {
    const { document } = one(entry);
    expect(document?.providers?.[0]).toMatchObject({
      retries: 2,
      timeouts: { firstTokenMs: 60_000, firstByteMs: 60_000, idleMs: 60_000 },
      deployments: [{ quota: {}, contextWindow: null, supports: { stream: true, nonStream: true } }],
    });
    expect(document?.groups?.[0]?.members).toEqual([
      { provider: "provider-1", deployment: "gpt-4o-2024", priority: 1, weight: 10, enabled: true },
    ]);
    expect(document?.keys).toEqual([]);
  });

  test("null is the same as absent", () => {
    const nulls = { priority: null, weight: null, rate_limit: null, retry: null, timeout: null, custom_headers: null };
    expect(one({ ...entry, ...nulls }).document).toEqual(one(entry).document);
  });

  test("default_retry and default_timeout stand in where an entry has none of its own, and only there", () => {
    const global = { default_retry: 1, default_timeout: 120 };
    expect(one(entry, global).document?.providers?.[0]).toMatchObject({ retries: 0, timeouts: { idleMs: 120_000 } });
    expect(one(full, global).document?.providers?.[0]).toMatchObject({ retries: 1, timeouts: { idleMs: 45_000 } });
  });

  test("a rate limit without a schedule is one of the day", () => {
    const { document } = one({ ...entry, rate_limit: { requests_per_period: 5 } });
    expect(document?.providers?.[0]?.deployments?.[0]?.quota).toEqual({
      requestsPerPeriod: 5,
      tokensPerPeriod: null,
      periodCron: "0 0 * * *",
    });
  });

  test("entries of one name with the same address and key are one provider with several models", () => {
    const { document, notes } = read({
      a: { providers: [entry] },
      b: { providers: [{ ...entry, model: "gpt-4o-mini" }] },
      c: { providers: [entry] },
    });
    expect(document?.providers).toHaveLength(1);
    expect(document?.providers?.[0]?.deployments?.map(({ name }) => name)).toEqual(["gpt-4o-2024", "gpt-4o-mini"]);
    expect(document?.groups?.[2]?.members).toMatchObject([{ deployment: "gpt-4o-2024" }]);
    expect(notes.filter(({ code }) => code === "renamed")).toEqual([]);
  });

  test("models with a quota of their own do not share it", () => {
    const limited = { ...entry, rate_limit: { requests_per_period: 5 } };
    const { document } = read({ a: { providers: [limited] }, b: { providers: [limited] } });
    expect(document?.providers?.[0]?.deployments?.map(({ name }) => name)).toEqual(["gpt-4o-2024", "gpt-4o-2024@b"]);
  });

  test("the same name with another address becomes a provider of its own, and a note says so", () => {
    const other = { ...entry, endpoint: "https://b.example.com/v1" };
    const { document, notes } = read({ a: { providers: [entry] }, b: { providers: [other] } });
    expect(document?.providers?.map(({ name }) => name)).toEqual(["provider-1", "provider-1@b"]);
    expect(notes).toContainEqual(expect.objectContaining({ code: "renamed", path: "b.providers[0]" }));
  });

  test("a further entry changes no name that was given before", () => {
    const before = read({ a: { providers: [entry] } }).document?.providers?.map(({ name }) => name) ?? [];
    const after = read({ a: { providers: [entry] }, b: { providers: [{ ...entry, api_key: "sk-two" }] } });
    expect(after.document?.providers?.map(({ name }) => name)).toEqual([...before, "provider-1@b"]);
  });

  test("priorities below one are numbered from one in the same order, and more attempts than we make are limited", () => {
    const { document, notes } = read({
      m: {
        providers: [
          { ...entry, priority: 0, retry: 9 },
          { ...entry, name: "second", priority: 5 },
        ],
      },
    });
    expect(document?.groups?.[0]?.members?.map(({ priority }) => priority)).toEqual([1, 2]);
    expect(document?.providers?.[0]?.retries).toBe(5);
    expect(notes.map(({ code }) => code)).toEqual(expect.arrayContaining(["priorities_renumbered", "retries_limited"]));
  });

  test("G16 without a key of its own a note says that clients need one here", () => {
    expect(one(entry).notes).toContainEqual(expect.objectContaining({ code: "no_client_key" }));
    expect(one(entry, { api_key: "gateway-key" }).notes).toEqual([]);
  });
});

describe("a provider file that is wrong", () => {
  test("names the line of a broken text and quotes nothing of it", () => {
    const { document, problems } = read('{\n  "gpt-4o": {\n    "providers": [ sk-secret-key }\n');
    expect(document).toBeNull();
    expect(problems).toMatchObject([{ code: "unreadable", line: 3, severity: "error" }]);
    expect(JSON.stringify(problems)).not.toContain("sk-secret");
    expect(read('{"a": {"providers": [').problems).toMatchObject([{ code: "unreadable", line: 1 }]);
  });

  test("names path and line of every field at once", () => {
    const { document, problems } = one({
      ...entry,
      endpoint: undefined,
      timeout: "fast",
      rate_limit: { tokens_per_period: -1 },
    });
    expect(document).toBeNull();
    expect(problems.map(({ path, line, code }) => [path, line, code])).toEqual([
      ["gpt-4o.providers[0].endpoint", 4, "required"],
      ["gpt-4o.providers[0].rate_limit.tokens_per_period", 10, "too_small"],
      ["gpt-4o.providers[0].timeout", 8, "wrong_type"],
    ]);
  });

  test("an unknown field is only a warning, and so is a comment or a header of our own", () => {
    const { document, problems } = read({
      _comment: "ours",
      m: { providers: [{ ...entry, wieght: 5, custom_headers: { "Content-Type": "application/json" } }], note: 1 },
    });
    expect(document).not.toBeNull();
    expect(hasErrors(problems)).toBe(false);
    expect(problems.map(({ path }) => path)).toEqual([
      "_comment",
      "m.note",
      "m.providers[0].wieght",
      "m.providers[0].custom_headers.Content-Type",
    ]);
    expect(document?.providers?.[0]?.headers).toEqual({});
  });

  test.each([
    ["a list", "[]", "not_this_format"],
    ["a text", '"gpt"', "not_this_format"],
    ["nothing", " \n", "nothing_in_it"],
    ["a model that is none", '{"m": 5}', "wrong_type"],
    ["a name that means something to JavaScript", '{"__proto__": {"providers": []}}', "reserved_member"],
    ["deep nesting", `{"m": ${"[".repeat(60)}${"]".repeat(60)}}`, "too_deep"],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00]).toString("latin1"), "unreadable"],
  ])("%s is refused", (_what, text, code) => {
    const { document, problems } = read(text);
    expect(document).toBeNull();
    expect(problems).toMatchObject([{ code }]);
  });
});

test("a model that stands twice is a warning with its line: the last one counts, as it did before", () => {
  const { document, problems } = read(
    `{"m": {"providers": [${JSON.stringify({ ...entry, name: "lost" })}]},\n"m": {"providers": [${JSON.stringify(entry)}]}}`,
  );
  expect(problems).toMatchObject([{ severity: "warning", code: "duplicate", path: "m", line: 2 }]);
  expect(document?.providers?.map(({ name }) => name)).toEqual(["provider-1"]);
});
