import { isIP, isIPv4 } from "node:net";
import path from "node:path";
import { z } from "zod";
import { parseMasterKey } from "./master-key.ts";

/** Everything the process is told from outside, checked and converted once at start. */
export type Environment = {
  /** 0 = any free port. */
  port: number;
  /** null = every interface. */
  host: string | null;
  /** Absolute path of the SQLite file. */
  databasePath: string;
  /** Absolute path of the folder for the journal and the generated key; the SQLite file's own folder unless told. */
  dataDir: string;
  /** 32 bytes, or null: a key file in `dataDir` is used, made on the first run. */
  encryptionKey: Uint8Array | null;
  /** The first owner account, or null: a one-time set-up code is printed. */
  admin: { username: string; password: string } | null;
  adminApiToken: string | null;
  /** May anybody read `/admin/stats` and `/admin/providers/…` and send `/admin/reload`? */
  adminStatsOpen: boolean;
  /** Public origin of the console, without a trailing slash. */
  nextauthUrl: string | null;
  /** IANA zone for quota periods and daily figures. */
  timeZone: string;
  logLevel: LogLevel;
  /** Absolute path of a file that gets the log beside standard output, or null. */
  logFile: string | null;
  clientAuth: ClientAuth;
  /** May upstreams be loopback and private addresses? Link-local and metadata addresses never are. */
  egressAllowPrivate: boolean;
  /** Exceptions while `egressAllowPrivate` is false: a host name, address or CIDR with the one port it opens. */
  egressAllow: EgressTarget[];
  /** Addresses and CIDR ranges of proxies whose `x-forwarded-for` names the client. */
  trustedProxies: string[];
  demo: boolean;
  drainSeconds: number;
  /** Absolute path of a file with prices of one's own, or null. */
  priceCatalogue: string | null;
  /** The mounted provider file: its absolute path, and whether it was asked for (or is only looked for). */
  providerFile: { path: string; named: boolean };
  /** Values that are set but that this version does not act on; the entry point logs them. */
  warnings: string[];
};

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export const clientAuthModes = ["required", "optional", "off"] as const;
export type ClientAuth = (typeof clientAuthModes)[number];
export type EgressTarget = { host: string; port: number };

/** Thrown with every problem at once, so that one restart is enough. Messages never carry a secret's value. */
export class EnvironmentError extends Error {
  readonly problems: string[];
  /** `EX_CONFIG` of sysexits.h: a restart alone will not help. */
  readonly exitCode = 78;
  constructor(problems: string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "EnvironmentError";
    this.problems = problems;
  }
}

type Check<T> = (text: string, context: z.RefinementCtx) => T;

/** An optional variable: absent and empty mean the same, as Compose files write `NAME=`. */
function variable<T>(read: Check<T>) {
  return z
    .string()
    .optional()
    .transform((raw, context): T | undefined => {
      const text = raw?.trim();
      return text ? read(text, context) : undefined;
    });
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

function integer(min: number, max: number): Check<number> {
  return (text, context) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    return refuse(context, `must be a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`);
  };
}

const flag: Check<boolean> = (text, context) => {
  if (/^(1|true|on|yes)$/i.test(text)) return true;
  if (/^(0|false|off|no)$/i.test(text)) return false;
  return refuse(context, `must be on or off (also true/false, 1/0), not ${JSON.stringify(text)}`);
};

function oneOf<T extends string>(values: readonly T[], synonyms: Record<string, T> = {}): Check<T> {
  return (text, context) => {
    const word = text.toLowerCase();
    const value = values.find((candidate) => candidate === word) ?? synonyms[word];
    return value ?? refuse(context, `must be one of ${values.join(", ")}, not ${JSON.stringify(text)}`);
  };
}

function secret(minLength: number): Check<string> {
  return (text, context) => {
    if (text.length < minLength) return refuse(context, `is too short: at least ${minLength} characters are needed`);
    if (Buffer.byteLength(text) > 1024) return refuse(context, "is too long: at most 1,024 bytes are allowed");
    return text;
  };
}

const encryptionKey: Check<Uint8Array> = (text, context) =>
  parseMasterKey(text) ?? refuse(context, "must be 32 bytes, written as 64 hexadecimal digits or as base64");

const host: Check<string> = (text, context) => {
  const name = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(name) || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name)) return name;
  return refuse(context, `must be an address or a host name without scheme or port, not ${JSON.stringify(text)}`);
};

const origin: Check<string> = (text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    return refuse(context, "must be an http:// or https:// address without user, query or fragment");
  }
  return url.href.replace(/\/+$/, "");
};

const timeZone: Check<string> = (text, context) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return refuse(context, `must be a time zone such as Europe/Berlin or UTC, not ${JSON.stringify(text)}`);
  }
};

/**
 * The file named by a `file:` URL, or by an SQLAlchemy one (`sqlite:///./relative`, `sqlite:////absolute`), as the .env
 * of NiceAPI has it. The text may hold a password, so it is never repeated.
 */
const databaseUrl: Check<string> = (text, context) => {
  if (/^postgres(ql)?:/i.test(text)) {
    return refuse(
      context,
      "names PostgreSQL, but this version stores its data in SQLite only; use file:./data/sluice.db",
    );
  }
  const file = /^(?:file:(?:\/\/(?=\/))?|sqlite(?:\+\w+)?:\/\/\/)([^?]+)/i.exec(text)?.[1];
  if (!file || file.startsWith("//") || file.includes(":memory:")) {
    return refuse(context, "must name a SQLite file, for example file:./data/sluice.db");
  }
  return file;
};

const plainPath: Check<string> = (text, context) => {
  if (text.includes("\0") || text === ":memory:") return refuse(context, "must be a path in the file system");
  return text;
};

/** The IP version of an address or a CIDR range; 0 = it is neither. */
function versionOfRange(text: string): number {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  const bitsFit = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  return bitsFit && rest.length === 0 ? version : 0;
}

const addressRanges: Check<string[]> = (text, context) =>
  text.split(/[\s,]+/).flatMap((entry) => {
    if (!entry) return [];
    if (versionOfRange(entry) !== 0) return [entry.toLowerCase()];
    return refuse(context, `must list addresses and CIDR ranges; ${JSON.stringify(entry)} is neither`);
  });

const egressTargets: Check<EgressTarget[]> = (text, context) =>
  text.split(/[\s,]+/).flatMap((entry) => {
    if (!entry) return [];
    const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(entry) ?? [];
    const target = bracketed ?? bare ?? "";
    const nameOk = versionOfRange(target) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(target);
    if (!nameOk || Number(port) < 1 || Number(port) > 65535) {
      context.addIssue({
        code: "custom",
        message: `must list host:port or CIDR:port entries (IPv6 in brackets); ${JSON.stringify(entry)} is neither`,
      });
      return [];
    }
    return [{ host: target.toLowerCase(), port: Number(port) }];
  });

const schema = z.object({
  PORT: variable(integer(0, 65535)),
  HOST: variable(host),
  DATABASE_URL: variable(databaseUrl),
  DATABASE_PATH: variable(plainPath),
  DATA_DIR: variable(plainPath),
  ENCRYPTION_KEY: variable(encryptionKey),
  ADMIN_USERNAME: variable((text, context) =>
    text.length <= 64 ? text : refuse(context, "is too long: at most 64 characters are allowed"),
  ),
  ADMIN_PASSWORD: variable(secret(8)),
  ADMIN_API_TOKEN: variable(secret(8)),
  ADMIN_STATS_OPEN: variable(flag),
  NEXTAUTH_URL: variable(origin),
  TZ: variable(timeZone),
  LOG_LEVEL: variable(oneOf<LogLevel>(logLevels, { warning: "warn" })),
  LOG_FILE: variable(plainPath),
  CLIENT_AUTH: variable(oneOf(clientAuthModes)),
  CLIENT_AUTH_CONFIRM: variable(flag),
  EGRESS_ALLOW_PRIVATE: variable(flag),
  EGRESS_ALLOW: variable(egressTargets),
  TRUSTED_PROXIES: variable(addressRanges),
  DEMO: variable(flag),
  DRAIN_SECONDS: variable(integer(0, 3600)),
  PRICE_CATALOGUE: variable(plainPath),
  PROVIDER_FILE: variable(plainPath),
});

/** The variables {@link parseEnvironment} reads. */
export const variableNames = Object.keys(schema.shape) as (keyof typeof schema.shape)[];

/** Set by someone who expects an effect that this version does not have. */
const notYet: Record<string, string> = {
  REDIS_URL: "REDIS_URL is set, but this version keeps its counters in memory and never connects to Redis.",
};

/**
 * Reads the environment (gateway.md §9 and §10). Relative paths start at `cwd`.
 * @throws EnvironmentError listing every problem.
 */
export function parseEnvironment(source: Record<string, string | undefined>, cwd: string = process.cwd()): Environment {
  const parsed = schema.safeParse(source);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);

  const isSet = (name: string): boolean => Boolean(source[name]?.trim());
  if (isSet("ADMIN_USERNAME") !== isSet("ADMIN_PASSWORD")) {
    problems.push("ADMIN_USERNAME and ADMIN_PASSWORD must be set together or not at all");
  }
  if (isSet("ADMIN_PASSWORD") && isEasyPassword(source.ADMIN_PASSWORD ?? "", source.ADMIN_USERNAME ?? "")) {
    problems.push(
      "ADMIN_PASSWORD is one of the first anybody would try; choose another, or leave ADMIN_USERNAME and ADMIN_PASSWORD " +
        "out and make the account with the set-up code that is printed",
    );
  }
  const values = parsed.data;
  if (values?.CLIENT_AUTH === "off" && !isLoopback(values.HOST ?? null) && !values.CLIENT_AUTH_CONFIRM) {
    problems.push(
      "CLIENT_AUTH is off while other machines can connect: set HOST=127.0.0.1, or CLIENT_AUTH_CONFIRM=1 to confirm",
    );
  }
  if (!values || problems.length > 0) throw new EnvironmentError(problems);

  const databasePath = path.resolve(cwd, values.DATABASE_URL ?? values.DATABASE_PATH ?? "data/sluice.db");
  const { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = values;
  return {
    port: values.PORT ?? 3000,
    host: values.HOST ?? null,
    databasePath,
    dataDir: values.DATA_DIR ? path.resolve(cwd, values.DATA_DIR) : path.dirname(databasePath),
    encryptionKey: values.ENCRYPTION_KEY ?? null,
    admin: username && password ? { username, password } : null,
    adminApiToken: values.ADMIN_API_TOKEN ?? null,
    adminStatsOpen: values.ADMIN_STATS_OPEN ?? false,
    nextauthUrl: values.NEXTAUTH_URL ?? null,
    timeZone: values.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    logLevel: values.LOG_LEVEL ?? "info",
    logFile: values.LOG_FILE ? path.resolve(cwd, values.LOG_FILE) : null,
    clientAuth: values.CLIENT_AUTH ?? "required",
    egressAllowPrivate: values.EGRESS_ALLOW_PRIVATE ?? true,
    egressAllow: values.EGRESS_ALLOW ?? [],
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    demo: values.DEMO ?? true,
    drainSeconds: values.DRAIN_SECONDS ?? 30,
    priceCatalogue: values.PRICE_CATALOGUE ? path.resolve(cwd, values.PRICE_CATALOGUE) : null,
    providerFile: {
      path: path.resolve(cwd, values.PROVIDER_FILE ?? "config/provider.json"),
      named: values.PROVIDER_FILE !== undefined,
    },
    warnings: Object.keys(notYet).flatMap((name) => (isSet(name) ? [notYet[name] ?? ""] : [])),
  };
}

/** Only addresses that cannot be reached from another machine; null (every interface) is not one. */
function isLoopback(bound: string | null): boolean {
  return bound === "localhost" || bound === "::1" || (bound !== null && isIPv4(bound) && bound.startsWith("127."));
}

function isEasyPassword(password: string, username: string): boolean {
  const word = password.trim().toLowerCase();
  return (
    word === username.trim().toLowerCase() ||
    /^(password|passw0rd|changeme|12345678|admin123|administrator)\d*$/.test(word)
  );
}
