import type { ConfigDraft, DraftDeployment, DraftGroup, DraftProvider, ProviderHandle } from "../draft.ts";
import type { SourceRow } from "../source-row.ts";
import { isObject } from "./json-fields.ts";
import type { Variables } from "./litellm-variables.ts";
import { completeAddress, isOwnServer, splitModel, type Vendor, vendorOf } from "./litellm-vendors.ts";

type Member = NonNullable<DraftGroup["members"]>[number];

/** What holds for every deployment that says nothing else. */
export type CommonSettings = { retries: number | null; timeoutSeconds: number | null };

const retriesMost = 5;
const millionTokens = 1_000_000;
const longestSeconds = 3600;
/** A limit of a minute counts from one full minute to the next. */
const everyMinute = "* * * * *";
/** Fields that are read here; any other parameter of a deployment has no counterpart. */
const known = new Set([
  "model",
  "custom_llm_provider",
  "api_base",
  "base_url",
  "api_key",
  "api_version",
  "organization",
  "extra_headers",
  "headers",
  "rpm",
  "tpm",
  "weight",
  "order",
  "max_parallel_requests",
  "timeout",
  "stream_timeout",
  "num_retries",
  "max_retries",
  "input_cost_per_token",
  "output_cost_per_token",
  "cache_read_input_token_cost",
  "cache_creation_input_token_cost",
  "input_cost_per_request",
]);

/** Makes providers and deployments of LiteLLM's `litellm_params`; those with the same connection share a provider. */
export class LiteLlmDeployments {
  readonly #draft: ConfigDraft;
  readonly #variables: Variables;
  readonly #common: CommonSettings;
  readonly #providers = new Map<string, ProviderHandle>();
  readonly #made = new Map<string, string>();

  constructor(draft: ConfigDraft, variables: Variables, common: CommonSettings) {
    this.#draft = draft;
    this.#variables = variables;
    this.#common = common;
  }

  /** The member one entry of `model_list` stands for; null = it stays behind, or is wrong, which was said. */
  take(name: string, params: SourceRow, info: SourceRow): Member | null {
    const given = params.required("model");
    if (given === "" || name === "") return null;
    const { prefix, model } = splitModel(given, params.text("custom_llm_provider"));
    if (name.includes("*") || model.includes("*")) {
      const told = { name: name.slice(0, 200) };
      this.#draft.note("wildcard_model", `"${told.name}" stands for many models and was left out.`, told, params.place);
      return null;
    }
    const vendor = vendorOf(prefix);
    if (!vendor) {
      const told = { name: given.slice(0, 200), vendor: prefix.slice(0, 60) };
      const message = `"${told.name}" (${told.vendor}) speaks no protocol that is known here.`;
      this.#draft.note("unsupported_vendor", message, told, params.placeOf("model"));
      return null;
    }
    for (const field of params.names()) if (!known.has(field)) this.#draft.ignored(params.placeOf(field));
    const provider = this.#provider(vendor, prefix, params);
    const deployment = this.#deployment(provider, model, params, info);
    return { provider: provider.name, deployment, priority: orderOf(params), weight: weightOf(params) };
  }

  #provider(vendor: Vendor, prefix: string, params: SourceRow): ProviderHandle {
    const { name, fields } = this.#connection(vendor, prefix, params);
    const identity = JSON.stringify([name, fields]);
    const made = this.#providers.get(identity);
    if (made) return made;
    const provider = this.#draft.addProvider(name, fields, params.place);
    this.#providers.set(identity, provider);
    if (!fields.credentials && vendor.keyVariable !== null) {
      const message = `The key of "${provider.name}" is not in the file.`;
      this.#draft.note("secret_missing", message, { name: provider.name }, params.placeOf("api_key"));
    }
    return provider;
  }

  /** How a deployment is reached, and what to call a provider that is reached so. */
  #connection(
    vendor: Vendor,
    prefix: string,
    params: SourceRow,
  ): { name: string; fields: Omit<DraftProvider, "name" | "deployments"> } {
    const address = params.text("api_base") || params.text("base_url");
    const baseUrl = address === "" ? vendor.baseUrl : completeAddress(prefix, this.#variables.secret(address));
    if (baseUrl === null)
      this.#draft.error("required", "This deployment needs its address.", params.placeOf("api_base"));
    // A vendor's own, or a server of the kind everybody runs for themselves.
    const own = address === "" || baseUrl === vendor.baseUrl || vendor.baseUrl === null || isOwnServer(prefix);
    const version = params.text("api_version");
    // Only secrets and addresses may come out of a variable here: they are the only ones that are never shown.
    if (this.#variables.nameIn(version) !== null)
      this.#draft.error("bad_value", "Write the version itself here.", params.placeOf("api_version"));
    const secret = this.#secret(vendor, params);
    return {
      name: own ? vendor.name : (URL.parse(baseUrl ?? "")?.hostname ?? vendor.name),
      fields: {
        protocol: vendor.protocol,
        preset: own ? vendor.preset : null,
        ...(baseUrl !== null && { baseUrl }),
        ...(version !== "" && vendor.protocol === "azure" && { apiVersion: version }),
        ...this.#headers(params),
        ...this.#clocks(params),
        ...this.#retries(params),
        ...(secret !== null && { credentials: [{ name: "default", secret }] }),
      },
    };
  }

  #secret(vendor: Vendor, params: SourceRow): string | null {
    const given = params.text("api_key");
    if (given !== "") return this.#variables.secret(given);
    const name = vendor.keyVariable;
    return name !== null && this.#variables.isSet(name) ? this.#variables.secret(`os.environ/${name}`) : null;
  }

  #headers(params: SourceRow): Pick<DraftProvider, "headers"> {
    const headers: Record<string, string> = {};
    for (const field of ["headers", "extra_headers"]) {
      const given = params.raw(field);
      if (given !== undefined && !isObject(given))
        this.#draft.error("wrong_type", "Expected: object.", params.placeOf(field), { expected: "object" });
      for (const [name, value] of isObject(given) ? Object.entries(given) : []) {
        headers[name] = typeof value === "string" ? this.#variables.secret(value) : String(value);
      }
    }
    const organization = params.text("organization");
    if (organization !== "") headers["OpenAI-Organization"] = this.#variables.secret(organization);
    return Object.keys(headers).length > 0 ? { headers } : {};
  }

  #clocks(params: SourceRow): Pick<DraftProvider, "timeouts"> {
    const whole = params.number("timeout") ?? this.#common.timeoutSeconds;
    const stream = params.number("stream_timeout") ?? whole;
    const ms = (seconds: number) => Math.max(100, Math.round(Math.min(seconds, longestSeconds) * 1000));
    if (whole === null && stream === null) return {};
    return {
      timeouts: {
        ...(stream !== null && { firstTokenMs: ms(stream) }),
        ...(whole !== null && { firstByteMs: ms(whole) }),
      },
    };
  }

  #retries(params: SourceRow): Pick<DraftProvider, "retries"> {
    const given = params.whole("num_retries") ?? params.whole("max_retries") ?? this.#common.retries;
    if (given === null) return {};
    if (given > retriesMost)
      this.#draft.note(
        "retries_limited",
        `Of ${given + 1} attempts at one provider, ${retriesMost + 1} are made.`,
        {
          given: given + 1,
          most: retriesMost + 1,
        },
        params.place,
      );
    return { retries: Math.min(retriesMost, Math.max(0, given)) };
  }

  #deployment(provider: ProviderHandle, model: string, params: SourceRow, info: SourceRow): string {
    const fields = { ...deploymentFields(params, info) };
    const identity = JSON.stringify([provider.index, model, fields]);
    const counted = fields.quota !== undefined || fields.maxConcurrent !== undefined;
    const made = counted ? undefined : this.#made.get(identity);
    if (made !== undefined) return made;
    const deployment = this.#draft.addDeployment(provider, { ...fields, model }, params.place);
    this.#made.set(identity, deployment);
    return deployment;
  }
}

/** The lowest order is tried first in both; LiteLLM's may begin at 0. */
function orderOf(params: SourceRow): number {
  return Math.min(1000, Math.max(1, params.whole("order") ?? 1));
}

/** LiteLLM shuffles by weight, else by the calls or tokens a minute a deployment may take. */
function weightOf(params: SourceRow): number {
  return Math.max(0, params.number("weight") ?? params.number("rpm") ?? params.number("tpm") ?? 1);
}

function deploymentFields(params: SourceRow, info: SourceRow): Omit<DraftDeployment, "model" | "name"> {
  const price = (field: string, scale: number): number | null => {
    const each = params.number(field) ?? info.number(field);
    return each === null ? null : Number((each * scale).toFixed(9));
  };
  const prices = {
    inputPrice: price("input_cost_per_token", millionTokens),
    outputPrice: price("output_cost_per_token", millionTokens),
    cachedInputPrice: price("cache_read_input_token_cost", millionTokens),
    cacheWritePrice: price("cache_creation_input_token_cost", millionTokens),
    callPrice: price("input_cost_per_request", 1),
  };
  const window = info.whole("max_input_tokens");
  const [rpm, tpm] = [params.whole("rpm"), params.whole("tpm")];
  const concurrent = params.whole("max_parallel_requests");
  const supports = supportsOf(info);
  return {
    ...Object.fromEntries(Object.entries(prices).filter(([, value]) => value !== null)),
    ...(window !== null && { contextWindow: window }),
    ...(Object.keys(supports).length > 0 && { supports }),
    ...((rpm !== null || tpm !== null) && {
      quota: { requestsPerPeriod: rpm, tokensPerPeriod: tpm, periodCron: everyMinute },
    }),
    ...(concurrent !== null && { maxConcurrent: concurrent }),
  };
}

function supportsOf(info: SourceRow): NonNullable<DraftDeployment["supports"]> {
  const flags = [
    ["tools", "supports_function_calling"],
    ["vision", "supports_vision"],
    ["jsonSchema", "supports_response_schema"],
  ] as const;
  return Object.fromEntries(
    flags.flatMap(([name, field]) => (info.has(field) ? [[name, info.flag(field, true)]] : [])),
  );
}
