import type { AlertState, SeenMatter, StoredAlerts } from "../../db/alerts.ts";
import { type AlertLevel, alertLevels } from "../../schemas/alerts.ts";

/** A matter as it stands now, the sentence that tells it, and the path in the console where it is put right. */
export type Matter = { id: string; level: AlertLevel; text: string; path: string };

/** What is to be told now. */
export type AlertMessage = { begun: Matter[]; still: Matter[]; over: Omit<Matter, "path">[] };

export type AlertDecision = { message: AlertMessage | null; matters: AlertState["matters"] };

/** So many looks in a row have to agree before a matter counts as there, or as over: what flickers is no news. */
const looks = 2;
const hourMs = 3_600_000;

const rank = (level: AlertLevel) => alertLevels.indexOf(level);

/** Minutes of the day in `HH:MM`. */
const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Whether a moment (minutes of the day) lies in the quiet hours, which may go over midnight. */
export function isQuiet(quietHours: StoredAlerts["quietHours"], minuteOfDay: number): boolean {
  if (quietHours === null) return false;
  const [from, to] = [minutesOf(quietHours.from), minutesOf(quietHours.to)];
  return from <= to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to;
}

/** When a look was taken, and of which matters it could know; what it cannot know of stays as it was. */
type Look = { nowMs: number; minuteOfDay: number; isKnown(id: string): boolean };

/**
 * What one look at the list of matters leads to. Critical matters are told at once, others when they were seen twice,
 * and again when they got worse than they were told; one that is over is told when it was missing twice, and only if
 * its beginning was told.
 */
export function decideAlerts(
  present: readonly Matter[],
  seen: AlertState["matters"],
  settings: Pick<StoredAlerts, "level" | "repeatHours" | "quietHours">,
  { nowMs, minuteOfDay, isKnown }: Look,
): AlertDecision {
  const message: AlertMessage = { begun: [], still: [], over: [] };
  const matters: AlertState["matters"] = {};
  const quiet = isQuiet(settings.quietHours, minuteOfDay);
  for (const matter of present) {
    const before: SeenMatter | undefined = seen[matter.id];
    const told = before?.toldAt != null;
    if (rank(matter.level) > rank(settings.level)) {
      // Not worth telling, but not over either.
      if (told) matters[matter.id] = { ...before, missing: 0 };
      continue;
    }
    const isWorse = told && rank(matter.level) < rank(before.level);
    const next: SeenMatter = {
      level: told && !isWorse ? before.level : matter.level,
      text: matter.text,
      seenAt: before?.seenAt ?? nowMs,
      missing: 0,
      toldAt: before?.toldAt ?? null,
    };
    const certain = before !== undefined || matter.level === "critical";
    const isNew = next.toldAt === null || isWorse;
    const due = isNew || nowMs - (next.toldAt ?? 0) >= settings.repeatHours * hourMs;
    if (certain && due && (!quiet || matter.level === "critical")) {
      (isNew ? message.begun : message.still).push(matter);
      next.toldAt = nowMs;
    } else if (isWorse) next.level = before.level;
    matters[matter.id] = next;
  }
  for (const [id, before] of Object.entries(seen)) {
    if (matters[id]) continue;
    if (!isKnown(id)) {
      matters[id] = before;
      continue;
    }
    const missing = before.missing + 1;
    if (missing < looks) matters[id] = { ...before, missing };
    else if (before.toldAt !== null && quiet && before.level !== "critical") matters[id] = { ...before, missing };
    else if (before.toldAt !== null) message.over.push({ id, level: before.level, text: before.text });
  }
  const isEmpty = message.begun.length + message.still.length + message.over.length === 0;
  return { message: isEmpty ? null : message, matters };
}
