import { type AlertState, readAlertState, readAlerts, storeAlertState } from "../../db/alerts.ts";
import { readSettings } from "../../db/settings.ts";
import { SluiceError } from "../../errors.ts";
import { logger } from "../../logger.ts";
import { type AlertChannel, type AlertDelivery, alertChannels } from "../../schemas/alerts.ts";
import { readAttention } from "../attention.ts";
import { isLiveMatter } from "../attention-rules.ts";
import { type AlertLetter, deliver } from "./alert-delivery.ts";
import { decideAlerts } from "./alert-rules.ts";
import { type AlertTargets, targetsOf } from "./alert-settings.ts";
import { alertWriter } from "./alert-text.ts";

const firstAfterMs = 30_000;
const everyMs = 30_000;
const shownCharacters = 300;

function minuteOfDay(nowMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const [hour = "0", minute = "0"] = parts.format(nowMs).split(":");
  return Number(hour) * 60 + Number(minute);
}

async function sender() {
  const { instanceName, publicUrl, defaultLocale, defaultTimeZone } = await readSettings();
  const writer = await alertWriter(defaultLocale);
  return { writer, from: { instance: instanceName, url: publicUrl }, timeZone: defaultTimeZone };
}

/** Sends by one channel and says how it went; never rejects. */
async function attempt(channel: AlertChannel, targets: AlertTargets, letter: AlertLetter): Promise<AlertDelivery> {
  const at = new Date().toISOString();
  try {
    await deliver(channel, targets, letter);
    return { at, ok: true, message: null };
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).slice(0, shownCharacters);
    logger().warn({ channel, message }, "an alert could not be sent");
    return { at, ok: false, message };
  }
}

/**
 * One look: what needs attention is compared with what was told, and the difference is sent by every channel that is
 * set up. A message that no channel took is told again at the next look.
 */
export async function watchOnce(nowMs: number = Date.now()): Promise<void> {
  const settings = await readAlerts();
  if (!settings.enabled || (settings.webhook === null && settings.email === null)) return;
  const [{ items, health, more }, state, { writer, from, timeZone }] = await Promise.all([
    readAttention({ fresh: true }),
    readAlertState(),
    sender(),
  ]);
  const { message, matters } = decideAlerts(items.map(writer.matter), state.matters, settings, {
    nowMs,
    minuteOfDay: minuteOfDay(nowMs, timeZone),
    // A gateway that does not answer says nothing of what is wrong in it, and a list that is cut off nothing of its end.
    isKnown: (id) => more === 0 && (health !== null || !isLiveMatter(id)),
  });
  const next: AlertState = { matters, last: state.last };
  if (message !== null) {
    const targets = targetsOf(settings);
    const letter = writer.letter(message, from);
    const channels = alertChannels.filter((channel) => targets[channel] !== null);
    const results = await Promise.all(channels.map((channel) => attempt(channel, targets, letter)));
    for (const [index, channel] of channels.entries()) {
      const result = results[index];
      if (result) next.last = { ...next.last, [channel]: result };
    }
    if (!results.some(({ ok }) => ok)) next.matters = state.matters;
  }
  if (JSON.stringify(next) !== JSON.stringify(state)) await storeAlertState(next);
}

/** Sends a message that says it is a test. @throws SluiceError `conflict` (the channel is not set up) */
export async function sendTest(channel: AlertChannel): Promise<AlertDelivery> {
  const settings = await readAlerts();
  if (settings[channel] === null) throw new SluiceError("conflict", "This channel is not set up.");
  const { writer, from } = await sender();
  const result = await attempt(channel, targetsOf(settings), writer.test(from));
  const state = await readAlertState();
  await storeAlertState({ ...state, last: { ...state.last, [channel]: result } });
  return result;
}

/** Looks every half minute. Returns the function that ends it. */
export function startAlerts(): () => void {
  let stopped = false;
  let timer = setTimeout(run, firstAfterMs);
  timer.unref();

  async function run(): Promise<void> {
    try {
      await watchOnce();
    } catch (error) {
      logger().warn({ err: error }, "what needs attention could not be looked at; the next try is in half a minute");
    }
    if (stopped) return;
    timer = setTimeout(run, everyMs);
    timer.unref();
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
