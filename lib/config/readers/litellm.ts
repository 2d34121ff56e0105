import { pathText } from "../../schemas/problems.ts";
import { ConfigDraft, type GroupHandle, refusedSource } from "../draft.ts";
import type { ConfigReader, Origin, ReaderInput, ReaderResult } from "../reader.ts";
import { readTree, type SourceTree } from "../source-lines.ts";
import { originAt, SourceRow } from "../source-row.ts";
import { isObject, type Plain } from "./json-fields.ts";
import { LiteLlmDeployments } from "./litellm-deployments.ts";
import { aliasesOf, appendFallbacks, strategyOf } from "./litellm-routing.ts";
import { Variables } from "./litellm-variables.ts";

/** Name of the API key made from the master key. */
const masterKeyName = "LiteLLM master key";

/**
 * Reads LiteLLM's `config.yaml`: each `model_name` becomes a group with its deployments as members. What LiteLLM keeps
 * in its own database (keys, teams, models added there) is not in the file.
 */
export const readLiteLlm: ConfigReader = ({ content, env }) => {
  const read = readTree(content);
  if ("problem" in read) return { document: null, problems: [read.problem], notes: [] };
  if (!isLiteLlm(read.tree.value)) return refusedSource("not_this_format", "A LiteLLM configuration has a model_list.");
  return new LiteLlmReading(read.tree, env).result();
};

export function isLiteLlm(value: unknown): value is Plain {
  return isObject(value) && Array.isArray(value.model_list);
}

const sections = ["router_settings", "litellm_settings", "general_settings"] as const;
type SectionName = (typeof sections)[number];

class LiteLlmReading {
  readonly #tree: SourceTree;
  readonly #value: Plain;
  readonly #draft = new ConfigDraft();
  readonly #variables: Variables;
  readonly #sections: Record<SectionName, SourceRow>;
  /** Settings that were looked at; what is left is told as having no counterpart. */
  readonly #used = new Set<string>(["general_settings.master_key"]);

  constructor(tree: SourceTree, env: ReaderInput["env"]) {
    this.#tree = tree;
    this.#value = tree.value as Plain;
    const own = this.#row(["environment_variables"]);
    this.#variables = new Variables(own, env);
    this.#sections = {
      router_settings: this.#row(["router_settings"]),
      litellm_settings: this.#row(["litellm_settings"]),
      general_settings: this.#row(["general_settings"]),
    };
  }

  result(): ReaderResult {
    const groups = this.#models();
    const router = (field: string) => this.#setting(field, ["router_settings", "litellm_settings"]);
    aliasesOf(this.#draft, router("model_group_alias"), groups);
    for (const field of ["fallbacks", "default_fallbacks"]) appendFallbacks(this.#draft, router(field), groups);
    this.#failures();
    this.#masterKey(groups);
    this.#tellRest();
    this.#draft.wholeWeights();
    return this.#draft.result();
  }

  /** An object of the file as a record; an empty one where there is none. */
  #row(path: PropertyKey[]): SourceRow {
    let value: unknown = this.#tree.value;
    for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
    const place = this.#place(path);
    if (value !== undefined && value !== null && !isObject(value))
      this.#draft.error("wrong_type", "Expected: object.", place, { expected: "object" });
    const fields = isObject(value) ? value : {};
    return new SourceRow(fields, place, this.#draft, (field) => this.#tree.lineOf([...path, field]));
  }

  #place(path: PropertyKey[]): Origin {
    return originAt(pathText(path), () => this.#tree.lineOf(path));
  }

  /** A setting that LiteLLM takes from one section or, failing that, from another. */
  #setting(field: string, from: readonly SectionName[]): { row: SourceRow; field: string } {
    for (const section of from) this.#used.add(`${section}.${field}`);
    const found = from.find((section) => this.#sections[section].has(field)) ?? from[0] ?? "router_settings";
    return { row: this.#sections[found], field };
  }

  #models(): Map<string, GroupHandle> {
    const { row: router } = this.#setting("routing_strategy", ["router_settings"]);
    const strategy = strategyOf(this.#draft, router);
    const retries = this.#setting("num_retries", ["router_settings", "litellm_settings"]);
    const timeout = this.#setting("timeout", ["router_settings"]);
    const requestTimeout = this.#setting("request_timeout", ["litellm_settings"]);
    const deployments = new LiteLlmDeployments(this.#draft, this.#variables, {
      retries: retries.row.whole(retries.field),
      timeoutSeconds: timeout.row.number(timeout.field) ?? requestTimeout.row.number(requestTimeout.field),
    });
    const groups = new Map<string, GroupHandle>();
    (this.#value.model_list as unknown[]).forEach((value, index) => {
      const path = ["model_list", index];
      const row = this.#row(path);
      if (!isObject(value)) {
        if (value === null)
          this.#draft.error("wrong_type", "Expected: object.", this.#place(path), { expected: "object" });
        return;
      }
      const name = row.required("model_name");
      const params = this.#row([...path, "litellm_params"]);
      const member = deployments.take(name, params, this.#row([...path, "model_info"]));
      if (!member || name === "") return;
      const group = groups.get(name) ?? this.#draft.addGroup(name, { strategy }, row.placeOf("model_name"));
      groups.set(name, group);
      this.#draft.addMember(group, member, row.place);
    });
    return groups;
  }

  /** More failures in a minute than are allowed, and a deployment rests. */
  #failures(): void {
    const { row, field } = this.#setting("allowed_fails", ["router_settings", "litellm_settings"]);
    const allowed = row.whole(field);
    if (allowed === null) return;
    const used = Math.min(100, Math.max(1, allowed + 1));
    this.#draft.setSettings({ failureThreshold: used, failureWindowMinutes: 1 }, row.placeOf(field));
    if (used !== allowed + 1)
      this.#draft.note(
        "limited",
        `allowed_fails was ${allowed}; here it is ${used - 1}.`,
        {
          field: "allowed_fails",
          given: allowed,
          used: used - 1,
        },
        row.placeOf(field),
      );
  }

  /** Clients of LiteLLM may send the master key with their calls, so it goes on working for calls. */
  #masterKey(groups: ReadonlyMap<string, GroupHandle>): void {
    const row = this.#sections.general_settings;
    const text = row.text("master_key");
    const place = row.placeOf("master_key");
    const variable = this.#variables.nameIn(text);
    if (text === "" || (variable !== null && !this.#variables.isSet(variable))) {
      const message =
        "The file has no key for clients, or one that is not set here. Here they need one: make an API key.";
      this.#draft.note("no_client_key", message, {}, place);
      return;
    }
    if (groups.size === 0) return;
    this.#draft.addKey(masterKeyName, { key: this.#variables.secret(text), groups: ["*"] }, place);
    const message = "The master key is an API key for all groups here. Administration needs an account or a token.";
    this.#draft.note("master_key_as_client_key", message, {}, place);
  }

  #tellRest(): void {
    const known = new Set<string>(["model_list", "environment_variables", ...sections]);
    for (const section of sections)
      for (const field of this.#sections[section].names())
        if (!this.#used.has(`${section}.${field}`)) this.#draft.ignored(this.#sections[section].placeOf(field));
    for (const name of Object.keys(this.#value)) if (!known.has(name)) this.#draft.ignored(this.#place([name]));
  }
}
