import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { type LogLevel, logLevels } from "./env.ts";
import { logDestination } from "./log-destination.ts";
import { redact } from "./secrets.ts";

export type { Logger };

/** Members that hold secrets wherever we put them in a record, up to three levels deep. */
const secretNames = [
  "apiKey",
  "authorization",
  "cookie",
  "credential",
  "encryptionKey",
  "key",
  "password",
  "secret",
  "setupCode",
  "token",
  '["api-key"]',
  '["set-cookie"]',
  '["x-api-key"]',
  '["x-goog-api-key"]',
];
const secretPaths = secretNames.flatMap((name) => {
  const joint = name.startsWith("[") ? "" : ".";
  return [name, `*${joint}${name}`, `*.*${joint}${name}`];
});

/**
 * A logger that writes one JSON line a record to standard output, without secrets. Text given to it is escaped by
 * JSON, so a value with line breaks cannot forge a second record.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    // In capitals, as monitors look for `ERROR`.
    formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
    redact: { paths: secretPaths, censor: "[redacted]" },
    // Secrets inside running text, such as an upstream's error that repeats the key it was sent.
    hooks: { streamWrite: (line: string) => redact(line) },
  };
  return destination ? pino(options, destination) : pino(options);
}

const place = Symbol.for("sluice.logger");

/**
 * The logger of this process, at `LOG_LEVEL` and into `LOG_FILE`. It is made on first use, also where the environment was never checked
 * (a build, a script), hence an unknown level means `info` here.
 */
export function logger(): Logger {
  const holder = globalThis as { [place]?: Logger };
  holder[place] ??= createLogger(levelFrom(process.env.LOG_LEVEL), logDestination(logFileFrom(process.env.LOG_FILE)));
  return holder[place];
}

function levelFrom(text: string | undefined): LogLevel {
  const word = text?.trim().toLowerCase() === "warning" ? "warn" : text?.trim().toLowerCase();
  return logLevels.find((level) => level === word) ?? "info";
}

function logFileFrom(text: string | undefined): string | null {
  return text?.trim() || null;
}
