/**
 * Fills a new database with believable providers, groups, keys and thirty days of calls, for pictures of the console
 * and for looking at its figures by hand. Made-up names and prices only; the same numbers for the same `--seed`.
 *
 *     DATABASE_URL=file:/somewhere/sluice.db node scripts/seed-calls.ts [--days 30] [--calls-a-day 1500] [--seed 7]
 *
 * `--calls 1000000` says how many there are altogether instead, roughly. `--attempts 5` is how many attempts a call has
 * on average: many more than believable, for measuring.
 *
 * The server must not run meanwhile. A database that already has calls is left alone.
 */
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { openCallWriter } from "../lib/db/call-writer.ts";
import { connectDatabase, type Database, disconnectDatabase } from "../lib/db/client.ts";
import { createGroup } from "../lib/db/groups.ts";
import { createKey } from "../lib/db/keys.ts";
import { prepareStorage } from "../lib/db/prepare.ts";
import { createProvider } from "../lib/db/providers.ts";
import { appendStateEvents, type StateEvent } from "../lib/db/state-events.ts";
import { databasePath } from "../lib/db/url.ts";
import type { AttemptReason, AttemptRecord, CallRecord, Charge, Outcome } from "../lib/gateway/types.ts";
import { newId } from "../lib/id.ts";
import { GroupInput } from "../lib/schemas/groups.ts";
import { KeyInput } from "../lib/schemas/keys.ts";
import { ProviderInput, type ProviderView } from "../lib/schemas/providers.ts";
import { startOfDay, startOfMonth } from "../lib/zoned-time.ts";

const actor = { type: "system", id: null, name: "seed", ip: null } as const;
const dayMs = 86_400_000;

/** Mulberry32: numbers in 0…1, the same for the same seed. */
function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;

function pick<Item extends { weight: number }>(random: Random, items: readonly Item[]): Item {
  const total = items.reduce((sum, item) => sum + item.weight, 0);
  let left = random() * total;
  for (const item of items) {
    left -= item.weight;
    if (left <= 0) return item;
  }
  return items.at(-1) as Item;
}

/** A value around `middle` with a long tail to the right, as durations have. */
const longTailed = (random: Random, middle: number) =>
  middle * Math.exp(0.45 * (random() + random() + random() + random() - 2) * 1.7);

const providers = [
  {
    name: "OpenAI",
    host: "api.openai.example",
    reliability: 0.994,
    speed: 1,
    models: { "gpt-large": ["2.5", "10"], "gpt-mini": ["0.25", "2"] },
  },
  {
    name: "Azure East",
    host: "east.azure.example",
    reliability: 0.962,
    speed: 1.3,
    models: { "gpt-large": ["2.5", "10"] },
  },
  {
    name: "Anthropic",
    host: "api.anthropic.example",
    reliability: 0.989,
    speed: 1.2,
    models: { "claude-medium": ["3", "15"], "claude-small": ["0.8", "4"] },
  },
  {
    name: "Gemini",
    host: "gemini.example",
    reliability: 0.985,
    speed: 0.7,
    models: { "gemini-flash": ["0.3", "2.5"] },
  },
  {
    name: "OpenRouter",
    host: "openrouter.example",
    reliability: 0.975,
    speed: 1.5,
    models: { "deepseek-chat": ["0.28", "1.1"], "qwen-coder": ["0.2", "0.8"] },
  },
  { name: "Local", host: "llama.example", reliability: 0.998, speed: 2.1, models: { "llama-70b": ["0", "0"] } },
] as const;

const groups = [
  { name: "chat", weight: 46, route: ["Azure East/gpt-large", "OpenAI/gpt-large", "Anthropic/claude-medium"] },
  { name: "fast", weight: 26, route: ["Gemini/gemini-flash", "OpenAI/gpt-mini", "Local/llama-70b"] },
  { name: "code", weight: 18, route: ["Anthropic/claude-medium", "OpenRouter/qwen-coder", "Local/llama-70b"] },
  { name: "batch", weight: 10, route: ["OpenRouter/deepseek-chat", "Anthropic/claude-small", "Local/llama-70b"] },
] as const;

const keys = [
  { name: "web-app", weight: 42, budgetUsd: { month: "80" } },
  { name: "support-bot", weight: 24, budgetUsd: { day: "4", month: "45" } },
  { name: "ide-plugin", weight: 17, budgetUsd: {} },
  { name: "nightly-reports", weight: 9, budgetUsd: { month: "12" } },
  { name: "ci", weight: 8, budgetUsd: { day: "1" } },
] as const;

const agents = [
  { name: "OpenAI/Python 2.9.0", weight: 50 },
  { name: "openai-node/6.1.0", weight: 35 },
  { name: "curl/8.14.1", weight: 15 },
] as const;

const failures: readonly { reason: AttemptReason; status: number | null; weight: number }[] = [
  { reason: "http_429", status: 429, weight: 5 },
  { reason: "http_5xx", status: 503, weight: 3 },
  { reason: "timeout_first_token", status: null, weight: 2 },
];

type Target = {
  provider: ProviderView;
  deploymentId: string;
  model: string;
  reliability: number;
  speed: number;
  /** US dollars per 1M tokens = nano-dollars per thousandth of a token. */
  price: { input: number; output: number };
};

async function makeConfiguration(masterKey: Buffer) {
  const targets = new Map<string, Target>();
  for (const { name, host, reliability, speed, models } of providers) {
    const deployments = Object.entries(models).map(([model, [inputPrice, outputPrice]]) => ({
      model,
      inputPrice,
      outputPrice,
    }));
    const input = ProviderInput.parse({
      ...{ name, protocol: "openai", baseUrl: `https://${host}/v1`, apiKey: "sk-example-0000", deployments },
    });
    const provider = await createProvider(input, { actor, masterKey });
    for (const { id, model, inputPrice, outputPrice } of provider.deployments) {
      const price = { input: Number(inputPrice), output: Number(outputPrice) };
      targets.set(`${name}/${model}`, { provider, deploymentId: id, model, reliability, speed, price });
    }
  }
  const routes: { id: string; name: string; weight: number; steps: Target[] }[] = [];
  for (const { name, weight, route } of groups) {
    const steps = route.map((step) => targets.get(step)).filter((target) => target !== undefined);
    const members = steps.map(({ deploymentId }, index) => ({ deploymentId, priority: index + 1 }));
    const { id } = await createGroup(GroupInput.parse({ name, members }), actor);
    routes.push({ id, name, weight, steps });
  }
  const clients: { id: string; name: string; weight: number }[] = [];
  for (const { name, weight, budgetUsd } of keys) {
    const input = KeyInput.parse({ name, groups: groups.map((group) => group.name), limits: { budgetUsd } });
    const { id } = await createKey(input, { actor, masterKey, timeZone });
    clients.push({ id, name, weight });
  }
  return { routes, clients };
}

const timeZone = process.env["TZ"] ?? "UTC";

/** What a call takes from the budgets of its key, as the gateway counts it. */
function chargesOf(keyId: string, at: number, nanos: number): Charge[] {
  const starts = { day: startOfDay(at, timeZone), month: startOfMonth(at, timeZone), total: 0 };
  return Object.entries(starts).map(([window, start]) => ({ counter: `key/${keyId}/${window}`, start, amount: nanos }));
}

type Configuration = Awaited<ReturnType<typeof makeConfiguration>>;

function attemptAt(target: Target, n: number, startedAt: number, endMs: number): AttemptRecord {
  const { provider, deploymentId, model } = target;
  return {
    n,
    deployment: { id: deploymentId, name: model, provider: provider.name },
    providerId: provider.id,
    credential: null,
    startedAt,
    connectMs: 12,
    firstByteMs: null,
    firstTokenMs: null,
    endMs,
    outcome: "failed",
    reason: "http_5xx",
    httpStatus: null,
    message: null,
    keywordId: null,
    matched: null,
    next: "next_member",
    waitMs: 0,
    usage: null,
    cost: null,
    upstreamRequestId: null,
  };
}

/** Reasons of the attempts a call has too many, the last ones far between. */
const surplusReasons: readonly { reason: AttemptReason; weight: number }[] = [
  { reason: "http_429", weight: 5_000 },
  { reason: "http_5xx", weight: 3_500 },
  { reason: "connect", weight: 1_450 },
  { reason: "keyword", weight: 49 },
  { reason: "tls", weight: 0.2 },
];

/** Failed attempts before the others, on some of the calls, so that there are `mean` attempts a call. */
function surplusAttempts(random: Random, steps: readonly Target[], at: number, mean: number): AttemptRecord[] {
  const share = 0.4;
  if (mean <= 1 || random() > share) return [];
  const count = 1 + Math.floor(random() * (2 * ((mean - 1) / share) - 1));
  return Array.from({ length: count }, (_, index) => ({
    ...attemptAt(steps[index % steps.length] as Target, index + 1, at + index * 30, 25),
    reason: pick(random, surplusReasons).reason,
  }));
}

/** One call through a group: each step fails as often as its provider does, more so in the hours of an outage. */
function makeCall(
  random: Random,
  { routes, clients }: Configuration,
  at: number,
  { outage, attemptsMean }: { outage: boolean; attemptsMean: number },
): CallRecord {
  const group = pick(random, routes);
  const key = pick(random, clients);
  const attempts = surplusAttempts(random, group.steps, at, attemptsMean);
  let clock = attempts.length * 30;
  let served: Target | null = null;
  const usage = {
    input: Math.round(longTailed(random, 900)),
    output: Math.round(longTailed(random, 260)),
    cached: 0,
    cacheWrite: 0,
    reasoning: 0,
    source: "provider" as const,
  };
  usage.cached = random() < 0.4 ? Math.round(usage.input * 0.6) : 0;
  let firstTokenMs: number | null = null;
  const stream = random() < 0.7;
  // The first member changes, as it does with weights.
  const first = random() < 0.7 ? 0 : Math.floor(random() * group.steps.length);
  for (const target of [...group.steps.slice(first), ...group.steps.slice(0, first)]) {
    // A request no provider would take: it fails at once, wherever it goes.
    if (attempts.length === 0 && random() < 0.0035) {
      const endMs = Math.round(longTailed(random, 180));
      attempts.push({ ...attemptAt(target, 1, at, endMs), reason: "http_4xx", httpStatus: 400, next: "stop" });
      clock = endMs;
      break;
    }
    const chance = outage && target.provider.name === "Azure East" ? 0.35 : target.reliability;
    const n = attempts.length + 1;
    if (random() > chance) {
      const { reason, status } = pick(random, failures);
      const endMs = Math.round(longTailed(random, 260));
      attempts.push({ ...attemptAt(target, n, at + clock, endMs), reason, httpStatus: status });
      clock += endMs;
      continue;
    }
    const firstMs = Math.round(longTailed(random, 420 * target.speed));
    const endMs = firstMs + Math.round(usage.output * longTailed(random, 6 * target.speed));
    const nanos = Math.round((usage.input * target.price.input + usage.output * target.price.output) * 1000);
    const cost = { nanos, source: "catalogue" as const };
    const firstToken = stream ? firstMs : null;
    attempts.push({
      ...attemptAt(target, n, at + clock, endMs),
      ...{ outcome: "ok", reason: "ok", httpStatus: 200, firstTokenMs: firstToken, next: "stop", usage, cost },
    });
    firstTokenMs = stream ? clock + firstMs : null;
    clock += endMs;
    served = target;
    break;
  }
  const outcome: Outcome = served === null ? "failed" : attempts.length > 1 ? "rescued" : "ok";
  const left = served !== null && random() < 0.004;
  const last = attempts.at(-1);
  return {
    id: newId("call"),
    requestId: newId("req"),
    clientRequestId: null,
    at,
    endpoint: "chat.completions",
    outcome: left ? "client_left" : outcome,
    status: served === null ? 503 : 200,
    errorCode: served === null ? "upstream_unavailable" : null,
    stream,
    group: { id: group.id, name: group.name },
    model: group.name,
    servedModel: served?.model ?? null,
    provider: last ? { id: last.providerId, name: last.deployment.provider } : null,
    deploymentId: last?.deployment.id ?? null,
    key: { id: key.id, name: key.name },
    firstTokenMs,
    totalMs: clock,
    overheadUs: 300,
    usage: served === null ? null : usage,
    cost: served === null ? null : (last?.cost ?? null),
    demo: false,
    clientIp: `10.0.${Math.floor(random() * 4)}.${1 + Math.floor(random() * 40)}`,
    userAgent: pick(random, agents).name,
    sessionId: random() < 0.3 ? `chat-${Math.floor(at / 1_800_000)}-${Math.floor(random() * 20)}` : null,
    flags: [],
    receipt: {
      strategy: "weighted",
      policyVersion: 1,
      decideUs: 40,
      candidates: [],
      attempts,
      outcome,
      stop: served === null ? "no_candidate_left" : "answered",
      servedBy: last && served ? last.deployment : null,
    },
    charges: chargesOf(key.id, at, last?.cost?.nanos ?? 0),
    bodies: null,
  };
}

/** What the breaker did about a provider in hours that follow each other: opened, tried in vain, closed; and cooldowns. */
function stateEvents(random: Random, targets: readonly Target[], hours: readonly number[], now: number): StateEvent[] {
  const events: StateEvent[] = [];
  for (const target of targets) {
    const names = { provider: target.provider.name, deployment: target.model };
    const add = (kind: StateEvent["kind"], at: number, reason: string | null, detail: StateEvent["detail"] = {}) => {
      const place = { providerId: target.provider.id, deploymentId: target.deploymentId };
      if (at < now) events.push({ kind, at: Math.round(at), ...place, reason, detail: { ...names, ...detail } });
    };
    for (const hour of hours) {
      const follows = hours.includes(hour - 1);
      let at = hour * 3_600_000 + (follows ? 0 : 240_000 * random());
      const evidence = { failures: 2 + Math.floor(random() * 4), threshold: 2, windowMinutes: 5 };
      if (!follows) add("opened", at, "http_5xx", { ...evidence, since: at - 90_000, until: at + 10_000 });
      while (at < (hour + 1) * 3_600_000 - 300_000) {
        at += 240_000 + 240_000 * random();
        add("half_open", at, null);
        add("reopened", at + 900, "http_5xx", { ...evidence, since: at - 90_000, until: at + 300_000 });
      }
      if (!hours.includes(hour + 1)) add("closed", at + 300_000, "answered");
      add("cooled", at - 2_400_000, "http_429", { until: at - 2_370_000 });
    }
  }
  return events.sort((a, b) => a.at - b.at);
}

/** More by day than by night, less at the weekend, a little more every week. */
function loadAt(at: number, days: number, now: number): number {
  const date = new Date(at);
  const daily = 0.35 + 0.65 * Math.max(0, Math.sin(((date.getUTCHours() - 5) / 18) * Math.PI));
  const weekend = [0, 6].includes(date.getUTCDay()) ? 0.45 : 1;
  return daily * weekend * (0.75 + 0.5 * (1 - (now - at) / (days * dayMs)));
}

/** Takes the indexes of calls and attempts away and answers how they are made: filling them at the end is faster. */
async function withoutIndexes(database: Database): Promise<string[]> {
  const indexes = await database.$queryRawUnsafe<{ name: string; sql: string }[]>(
    `SELECT "name", "sql" FROM "sqlite_master" WHERE "type" = 'index' AND "tbl_name" IN ('Call', 'Attempt')
     AND "sql" LIKE 'CREATE INDEX%'`,
  );
  for (const { name } of indexes) await database.$executeRawUnsafe(`DROP INDEX "${name}"`);
  return indexes.map(({ sql }) => sql);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      days: { type: "string", default: "30" },
      "calls-a-day": { type: "string", default: "1500" },
      calls: { type: "string" },
      attempts: { type: "string", default: "1" },
      seed: { type: "string", default: "7" },
    },
  });
  const [days, seed, attemptsMean] = [Number(values.days), Number(values.seed), Number(values.attempts)];
  const perDay = values.calls === undefined ? Number(values["calls-a-day"]) : Number(values.calls) / days;
  const databaseUrl = process.env["DATABASE_URL"];
  if (!databaseUrl) throw new Error("Set DATABASE_URL to the file of a new database.");
  const storage = await prepareStorage({
    databaseUrl,
    dataDir: process.env["DATA_DIR"] ?? dirname(databasePath(databaseUrl)),
    masterKeyFromEnvironment: process.env["ENCRYPTION_KEY"],
  });
  try {
    const database = connectDatabase({ url: databaseUrl });
    if ((await database.call.count()) > 0) throw new Error("This database has calls already; nothing was changed.");
    const random = randomBy(seed);
    const configuration = await makeConfiguration(storage.masterKey);
    const indexes = await withoutIndexes(database);
    const writer = openCallWriter({ databaseUrl, timeZone });
    const now = Date.now();
    const outageHours = new Set(
      [3, 4, 5, 74, 75, 290, 291, 292].map((hours) => Math.floor((now - hours * 3_600_000) / 3_600_000)),
    );
    let stored = 0;
    for (let hour = now - days * dayMs; hour < now; hour += 3_600_000) {
      const count = Math.round(((perDay / 24) * loadAt(hour, days, now) * (0.85 + 0.3 * random())) / 0.62);
      const calls = Array.from({ length: count }, () => hour + Math.floor(random() * 3_600_000))
        .filter((at) => at < now - 5_000)
        .sort((a, b) => a - b)
        .map((at) => {
          const outage = outageHours.has(Math.floor(at / 3_600_000));
          return makeCall(random, configuration, at, { outage, attemptsMean });
        });
      stored += writer.write(calls, null);
    }
    writer.close();
    for (const sql of indexes) await database.$executeRawUnsafe(sql);
    const steps = configuration.routes.flatMap((route) => route.steps);
    const failing = [...new Set(steps)].filter((target) => target.provider.name === "Azure East");
    const outages = [...outageHours].filter((hour) => hour * 3_600_000 > now - days * dayMs).sort((a, b) => a - b);
    await appendStateEvents(stateEvents(random, failing, outages, now));
    process.stdout.write(`${stored} calls in ${days} days\n`);
  } finally {
    await disconnectDatabase();
    storage.release();
  }
}

await main();
