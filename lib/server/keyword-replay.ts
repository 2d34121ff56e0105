import { setImmediate as nextTurn } from "node:timers/promises";
import { recordAct } from "../db/audit.ts";
import { requireWholeRule } from "../db/fail-keywords.ts";
import { fieldError } from "../db/field-error.ts";
import { countAnswers, groupsDeliveringWhole, type ReplayedAnswer, storedAnswersBefore } from "../db/keyword-replay.ts";
import { readSettings } from "../db/settings.ts";
import { SluiceError } from "../errors.ts";
import { AskedConversation } from "../gateway/asked-conversation.ts";
import { appliesTo, type KeywordHit, type KeywordMatcher, matcherOf } from "../gateway/keywords.ts";
import { parseObject } from "../gateway/protocols/answer-format.ts";
import type { WireName } from "../gateway/protocols/conversation.ts";
import type { CatalogKeyword } from "../gateway/types.ts";
import { newId } from "../id.ts";
import { logger } from "../logger.ts";
import { canReplay, type FailKeywordInput, type KeywordReplay, replayDays } from "../schemas/fail-keywords.ts";
import type { Caller } from "./caller.ts";
import { asCatalogKeyword } from "./keyword-test.ts";

const dayMs = 86_400_000;
/** Rows fetched at a time: an answer may be a megabyte. */
const stepRows = 50;
/** Others get their turn of the event loop after so much work. */
const turnMs = 20;
const timeBoxMs = 60_000;
const keptMs = 900_000;
const keptMost = 20;
const shownMost = 100;
/** An excuse is rarely as long. */
const goodCharacters = 500;

type Job = { view: KeywordReplay; owner: string; cancelled: boolean; endedAt: number | null };

/** On globalThis: each route may have a copy of this module. */
const slotKey = Symbol.for("sluice.keyword-replays");
const slot = globalThis as typeof globalThis & { [slotKey]?: Map<string, Job> };

function jobs(): Map<string, Job> {
  slot[slotKey] ??= new Map();
  return slot[slotKey];
}

/** Whoever asks is the one who may see and stop it. */
const ownerOf = ({ actor }: Caller) => `${actor.type}:${actor.id ?? actor.name}`;

function forgetOld(): void {
  const known = jobs();
  for (const [id, { endedAt }] of known) if (endedAt !== null && Date.now() - endedAt > keptMs) known.delete(id);
  for (const [id, { endedAt }] of known) if (known.size >= keptMost && endedAt !== null) known.delete(id);
}

/**
 * Begins to look at the stored answers of the last days with a rule, and answers at once. One at a time for each person:
 * the one before is stopped.
 * @throws SluiceError `invalid_type`, `missing_required` for a rule that cannot be tried this way
 */
export async function beginReplay(rule: FailKeywordInput, caller: Caller): Promise<KeywordReplay> {
  requireWholeRule(rule, "rule.");
  // Of a stored answer it is not known why it ended, and answers with an error status are not stored.
  if (!canReplay(rule.match ?? "contains"))
    throw fieldError("rule.match", "bad_value", "Stored answers do not tell what this rule looks at.");
  forgetOld();
  const owner = ownerOf(caller);
  for (const job of jobs().values()) if (job.owner === owner) job.cancelled = true;
  const sinceMs = Date.now() - replayDays * dayMs;
  const { answers, stored } = await countAnswers(sinceMs);
  await recordAct({
    actor: caller.actor,
    action: "read_bodies",
    target: { type: "fail_keyword", id: null, name: rule.keyword ?? null },
    after: { replayDays, stored },
  });
  const view: KeywordReplay = {
    id: newId("rpl"),
    state: "running",
    days: replayDays,
    ...{ answers, stored, looked: 0, caught: 0, good: 0, goodCharacters, found: [] },
  };
  const job: Job = { view, owner, cancelled: false, endedAt: null };
  jobs().set(view.id, job);
  void run(job, asCatalogKeyword("draft", rule), sinceMs);
  return view;
}

/** @throws SluiceError `not_found` when it was somebody else's, or long ago */
export function showReplay(id: string, caller: Caller): KeywordReplay {
  return jobOf(id, caller).view;
}

/** @throws SluiceError `not_found` */
export function cancelReplay(id: string, caller: Caller): void {
  jobOf(id, caller).cancelled = true;
}

function jobOf(id: string, caller: Caller): Job {
  const job = jobs().get(id);
  if (!job || job.owner !== ownerOf(caller)) throw new SluiceError("not_found", "There is no such replay.");
  return job;
}

/** Never rejects: how it ended is in the job. */
async function run(job: Job, rule: CatalogKeyword, sinceMs: number): Promise<void> {
  const { view } = job;
  try {
    const { holdbackCharacters } = await readSettings();
    const held = { characters: holdbackCharacters, whole: await groupsDeliveringWhole() };
    view.state = await lookAtAll(job, { rule, matcher: matcherOf([rule], holdbackCharacters), held, sinceMs });
  } catch (error) {
    view.state = "failed";
    logger().warn({ err: error }, "a replay of a fail keyword broke off");
  } finally {
    job.endedAt = Date.now();
  }
}

type Held = { characters: number; whole: ReadonlySet<string> };
type Task = { rule: CatalogKeyword; matcher: KeywordMatcher; held: Held; sinceMs: number };

async function lookAtAll(job: Job, { rule, matcher, held, sinceMs }: Task): Promise<KeywordReplay["state"]> {
  const { view } = job;
  const endsAt = performance.now() + timeBoxMs;
  let last: ReplayedAnswer | null = null;
  let turnEndsAt = performance.now() + turnMs;
  for (;;) {
    const answers: ReplayedAnswer[] = await storedAnswersBefore(sinceMs, last, stepRows, rule.match === "not_json");
    for (const answer of answers) {
      if (job.cancelled) return "cancelled";
      if (performance.now() > turnEndsAt) {
        await nextTurn();
        turnEndsAt = performance.now() + turnMs;
      }
      view.looked++;
      const hit = judged(answer, rule, matcher, held);
      if (hit) note(view, answer, hit);
    }
    if (answers.length < stepRows) return "done";
    if (performance.now() > endsAt) return "out_of_time";
    last = answers.at(-1) ?? null;
  }
}

/** What the gateway would have found: of a live stream it sees the beginning alone. */
function judged(answer: ReplayedAnswer, rule: CatalogKeyword, matcher: KeywordMatcher, held: Held): KeywordHit | null {
  const { text, status, stream } = answer;
  const place = {
    providerId: answer.providerId ?? "",
    groupId: answer.groupId ?? "",
    deploymentId: answer.deploymentId ?? "",
  };
  if (!appliesTo(rule, place) || !matcher.takes(status)) return null;
  const isLive = stream && !held.whole.has(place.groupId);
  const seen = isLive ? text.slice(0, held.characters) : text;
  return matcher.find({
    ...{ text: seen, status, complete: seen.length === text.length, last: true, more: null, finishes: [] },
    asksJson: () => askedForJson(answer),
  });
}

const wires: Readonly<Record<string, WireName>> = {
  "chat.completions": "openai-chat",
  responses: "openai-responses",
  messages: "anthropic-messages",
  "gemini.generate": "gemini",
};

/** Whether a stored request wanted JSON; one that was stored in part tells nothing. */
function askedForJson({ endpoint, request, stream }: ReplayedAnswer): boolean {
  const wire = wires[endpoint];
  const json = wire === undefined || request === null ? null : parseObject(request);
  return wire !== undefined && json !== null && new AskedConversation(wire, json, stream).asksJson;
}

function note(view: KeywordReplay, answer: ReplayedAnswer, hit: KeywordHit): void {
  const { callId, at, text, outcome, groupName, providerName } = answer;
  const good = (outcome === "ok" || outcome === "rescued") && text.length > goodCharacters;
  view.caught++;
  if (good) view.good++;
  if (view.found.length >= shownMost) return;
  view.found.push({
    ...{ callId, at: at.toISOString(), outcome, group: groupName, provider: providerName },
    ...{ characters: text.length, good, excerpt: hit.matched },
  });
}
