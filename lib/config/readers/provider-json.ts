import type { z } from "zod";
import type { PartialConfig } from "../../schemas/config.ts";
import type { ConfigNote, ConfigProblem } from "../../schemas/import.ts";
import { fieldProblems, pathText } from "../../schemas/problems.ts";
import { configError, configNote, hasErrors } from "../problems.ts";
import type { ConfigReader, Origin, ReaderResult } from "../reader.ts";
import { readTree, type SourceTree } from "../source-lines.ts";
import { GlobalSection, gatewayDefaults, knownFields, ProviderEntry } from "./provider-json-schema.ts";

type Providers = NonNullable<PartialConfig["providers"]>;
type Provider = Providers[number];
type Deployment = NonNullable<Provider["deployments"]>[number];
type Group = NonNullable<PartialConfig["groups"]>[number];
type Entry = { model: string; index: number; value: ProviderEntry };

/** Name of the API key made from `_global.api_key`. */
export const fileKeyName = "provider.json";
const retriesMost = 5;
const longestSeconds = 3600;
const headersOfRequests = new Set(["content-type", "content-length", "host", "connection", "accept-encoding"]);

/**
 * Reads `config/provider.json` of AI API Gateway. Each model becomes a group of the strategy `weighted`; each of its
 * entries a member. Entries of one name with the same address, key, headers, clocks and retries share one provider.
 */
export const readProviderJson: ConfigReader = ({ content }) => {
  const read = readTree(content, "json");
  if ("problem" in read) return { document: null, problems: [read.problem], notes: [] };
  return new FileReading(read.tree).result();
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

class FileReading {
  readonly #tree: SourceTree;
  readonly #problems: ConfigProblem[] = [];
  readonly #notes: ConfigNote[] = [];
  readonly #origins = new Map<string, Origin>();
  readonly #providers: (Provider & { deployments: Deployment[] })[] = [];
  /** What an entry's name and connection are → its provider; and which names are taken. */
  readonly #byConnection = new Map<string, number>();
  readonly #names = new Set<string>();

  constructor(tree: SourceTree) {
    this.#tree = tree;
    // The product this file is from took the last one, too.
    for (const problem of tree.repeated) this.#problems.push({ ...problem, severity: "warning" });
  }

  result(): ReaderResult {
    const { value } = this.#tree;
    if (!isObject(value)) return this.#refused("A provider file is an object with one member for each model.", []);
    const global = this.#global(value._global);
    const entries = new Map<string, Entry[]>();
    for (const [model, section] of Object.entries(value)) {
      if (model !== "_global") entries.set(model, this.#section(model, section));
    }
    if (hasErrors(this.#problems)) return { document: null, problems: this.#problems, notes: [] };
    const groups = [...entries].map(([model, own], index) => this.#group(model, own, index, global));
    return {
      document: { providers: this.#providers, groups, ...this.#keysAndSettings(global) },
      problems: this.#problems,
      notes: this.#notes,
      origins: this.#origins,
    };
  }

  #refused(message: string, path: PropertyKey[]): ReaderResult {
    const told = { path: pathText(path), line: this.#tree.lineOf(path) };
    return { document: null, problems: [...this.#problems, configError("not_this_format", message, told)], notes: [] };
  }

  #global(value: unknown): GlobalSection {
    if (value === undefined || value === null) return {};
    this.#warnOfUnknown(value, knownFields.global, ["_global"]);
    return this.#parsed(GlobalSection, value, ["_global"]) ?? {};
  }

  #section(model: string, section: unknown): Entry[] {
    const list = isObject(section) ? section.providers : undefined;
    if (!isObject(section) || !Array.isArray(list)) {
      // A comment, as people write them into JSON.
      if (model.startsWith("_")) this.#warnIgnored([model]);
      else
        this.#problem("wrong_type", "A model is an object with a list of providers.", [model], { expected: "object" });
      return [];
    }
    this.#warnOfUnknown(section, new Set(["providers"]), [model]);
    return list.flatMap((value, index) => {
      const path = [model, "providers", index];
      this.#warnOfUnknown(value, knownFields.entry, path);
      if (isObject(value)) this.#warnOfUnknown(value.rate_limit, knownFields.rateLimit, [...path, "rate_limit"]);
      const entry = this.#parsed(ProviderEntry, value, path);
      return entry ? [{ model, index, value: entry }] : [];
    });
  }

  #parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, path: PropertyKey[]): z.output<Schema> | null {
    const parsed = schema.safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data;
    for (const { path: inner, code, params, message } of fieldProblems(parsed.error)) {
      const at = [...path, ...inner.split(".").filter(Boolean)];
      this.#problem(code, message, at, params);
    }
    return null;
  }

  #problem(code: ConfigProblem["code"], message: string, path: PropertyKey[], params: ConfigProblem["params"]): void {
    this.#problems.push(configError(code, message, { path: pathText(path), line: this.#tree.lineOf(path), params }));
  }

  #warnIgnored(path: PropertyKey[]): void {
    const told = pathText(path);
    if (this.#problems.length >= 100 || this.#problems.some((one) => one.path === told)) return;
    const field = String(path.at(-1));
    const problem = configError("unknown_field", `Unknown field "${field.slice(0, 100)}".`, {
      path: told,
      line: this.#tree.lineOf(path),
      params: { field: field.slice(0, 100) },
    });
    this.#problems.push({ ...problem, severity: "warning" });
  }

  #warnOfUnknown(value: unknown, known: ReadonlySet<string>, path: PropertyKey[]): void {
    if (!isObject(value)) return;
    for (const name of Object.keys(value)) if (!known.has(name)) this.#warnIgnored([...path, name]);
  }

  /** The place of a value in the file. Lines are looked up only when they are asked for. */
  #origin(document: PropertyKey[], source: PropertyKey[]): void {
    const tree = this.#tree;
    this.#origins.set(pathText(document), {
      path: pathText(source),
      get line() {
        return tree.lineOf(source);
      },
    });
  }

  #group(model: string, entries: Entry[], index: number, global: GlobalSection): Group {
    this.#origin(["groups", index], [model]);
    const priorities = this.#priorities(model, entries);
    const members = entries.map((entry, place) => {
      const source = [model, "providers", entry.index];
      this.#origin(["groups", index, "members", place], source);
      const { provider, deployment } = this.#place(entry, global, source);
      return {
        provider,
        deployment,
        priority: priorities(entry.value.priority ?? gatewayDefaults.priority),
        weight: entry.value.weight ?? gatewayDefaults.weight,
        enabled: entry.value.enabled ?? true,
      };
    });
    return { name: model, strategy: "weighted", members };
  }

  /** Priorities as they are, or numbered from 1 in the same order where they are none of ours. */
  #priorities(model: string, entries: readonly Entry[]): (priority: number) => number {
    const given = entries.map(({ value }) => value.priority ?? gatewayDefaults.priority);
    if (given.every((one) => one >= 1 && one <= 1000)) return (priority) => priority;
    const order = [...new Set(given)].sort((a, b) => a - b);
    this.#notes.push(
      configNote("priorities_renumbered", `The priorities of "${model}" are numbered from 1.`, { model }, model),
    );
    return (priority) => order.indexOf(priority) + 1;
  }

  /** The provider and deployment an entry stands for, made where there is none yet. */
  #place(entry: Entry, global: GlobalSection, source: PropertyKey[]): { provider: string; deployment: string } {
    const connection = this.#connection(entry, global, source);
    const identity = JSON.stringify([entry.value.name, connection]);
    let index = this.#byConnection.get(identity);
    if (index === undefined) {
      index = this.#providers.length;
      this.#byConnection.set(identity, index);
      this.#providers.push({ ...connection, name: this.#freeName(entry, source), deployments: [] });
      this.#origin(["providers", index], source);
      this.#origin(["providers", index, "baseUrl"], [...source, "endpoint"]);
      this.#origin(["providers", index, "headers"], [...source, "custom_headers"]);
      this.#origin(["providers", index, "credentials"], [...source, "api_key"]);
    }
    const provider = this.#providers[index];
    const deployments = provider?.deployments ?? [];
    const wanted = deploymentOf(entry.value);
    const shared = deployments.find((one) => sharable(one, wanted));
    if (shared?.name !== undefined) return { provider: provider?.name ?? "", deployment: shared.name };
    const taken = new Set(deployments.map(({ name }) => name));
    const deployment = firstFree(candidateNames(entry.value.model, entry.model, 200), taken);
    const path = ["providers", index, "deployments", deployments.length];
    deployments.push({ ...wanted, name: deployment });
    this.#origin(path, source);
    this.#origin([...path, "contextWindow"], [...source, "max_context_length"]);
    this.#origin([...path, "quota"], [...source, "rate_limit"]);
    this.#origin([...path, "quota", "periodCron"], [...source, "rate_limit", "period_cron"]);
    return { provider: provider?.name ?? "", deployment };
  }

  /** What an entry is asked with. `retry: 3` means three attempts in all; a timeout is one for every wait. */
  #connection({ value }: Entry, global: GlobalSection, source: PropertyKey[]) {
    const attempts = value.retry ?? global.default_retry ?? gatewayDefaults.retry;
    const seconds = value.timeout ?? global.default_timeout ?? gatewayDefaults.timeoutSeconds;
    const ms = Math.max(100, Math.round(Math.min(seconds, longestSeconds) * 1000));
    if (attempts - 1 > retriesMost) {
      const params = { given: attempts, most: retriesMost + 1 };
      const message = `Of ${attempts} attempts at one provider, ${retriesMost + 1} are made before the next one is tried.`;
      this.#notes.push(configNote("retries_limited", message, params, pathText([...source, "retry"])));
    }
    return {
      protocol: "openai" as const,
      baseUrl: value.endpoint,
      headers: this.#headers(value.custom_headers ?? {}, source),
      timeouts: { firstTokenMs: ms, firstByteMs: ms, idleMs: ms },
      retries: Math.min(retriesMost, Math.max(0, attempts - 1)),
      credentials: value.api_key === "" ? [] : [{ name: "default", secret: value.api_key }],
    };
  }

  /** Without headers that belong to one request: each has its own. */
  #headers(given: Record<string, string>, source: PropertyKey[]): Record<string, string> {
    const own = (name: string) => headersOfRequests.has(name.toLowerCase());
    for (const name of Object.keys(given)) if (own(name)) this.#warnIgnored([...source, "custom_headers", name]);
    return Object.fromEntries(Object.entries(given).filter(([name]) => !own(name)));
  }

  #freeName(entry: Entry, source: PropertyKey[]): string {
    const name = firstFree(candidateNames(entry.value.name, entry.model, 100), this.#names);
    this.#names.add(name);
    if (name !== entry.value.name) {
      const message = `"${entry.value.name}" is also the name of another provider; here it is called "${name}".`;
      this.#notes.push(configNote("renamed", message, { from: entry.value.name, to: name }, pathText(source)));
    }
    return name;
  }

  #keysAndSettings(global: GlobalSection): Pick<PartialConfig, "keys" | "settings"> {
    this.#origin(["keys", 0], ["_global"]);
    this.#origin(["keys", 0, "key"], ["_global", "api_key"]);
    this.#origin(["settings"], ["_global", "log_requests"]);
    if (!global.api_key) {
      const message =
        "The file asks its clients for no key. Here they need one: make a key, or start with CLIENT_AUTH=optional.";
      this.#notes.push(configNote("no_client_key", message));
    }
    return {
      keys: global.api_key ? [{ name: fileKeyName, key: global.api_key, groups: ["*"] }] : [],
      ...(global.log_requests != null && { settings: { logRequests: global.log_requests } }),
    };
  }
}

/** `name`, then `name@model`, then numbered. Later entries never change what earlier ones are called. */
function* candidateNames(name: string, model: string, longest: number): Generator<string> {
  yield name.slice(0, longest);
  const second = `${name}@${model}`;
  yield second.slice(0, longest);
  for (let n = 2; ; n++) yield `${second.slice(0, longest - 5)} ${n}`;
}

function firstFree(names: Iterable<string>, taken: ReadonlySet<string | undefined>): string {
  for (const name of names) if (!taken.has(name)) return name;
  throw new Error("Names never end.");
}

function deploymentOf(value: ProviderEntry): Deployment {
  const limit = value.rate_limit;
  return {
    model: value.model,
    contextWindow: value.max_context_length ?? null,
    supports: { stream: value.stream_support ?? true, nonStream: value.non_stream_support ?? true },
    quota: limit
      ? {
          requestsPerPeriod: limit.requests_per_period ?? null,
          tokensPerPeriod: limit.tokens_per_period ?? null,
          periodCron: limit.period_cron || gatewayDefaults.periodCron,
        }
      : {},
  };
}

/** Two models may share a deployment only where nothing is counted: each had a quota of its own. */
function sharable({ name: _name, ...one }: Deployment, other: Deployment): boolean {
  const counted = one.quota?.requestsPerPeriod != null || one.quota?.tokensPerPeriod != null;
  return !counted && JSON.stringify(one) === JSON.stringify(other);
}
