import type { PartialConfig } from "../schemas/config.ts";
import type { ConfigNote, ConfigNoteCode, ConfigProblem, ConfigProblemCode } from "../schemas/import.ts";
import { pathText } from "../schemas/problems.ts";
import { configError, configNote, hasErrors } from "./problems.ts";
import type { Origin, ReaderResult } from "./reader.ts";

type Section<Name extends keyof PartialConfig> = NonNullable<PartialConfig[Name]>;
export type DraftProvider = Section<"providers">[number];
export type DraftDeployment = NonNullable<DraftProvider["deployments"]>[number];
export type DraftGroup = Section<"groups">[number];
type Member = NonNullable<DraftGroup["members"]>[number];
export type DraftKey = Section<"keys">[number];
export type DraftKeyword = Section<"failKeywords">[number];
type Params = ConfigProblem["params"];

/** More would help nobody, and a hostile source could make millions. */
const notesMost = 200;
const problemsMost = 200;
const groupNameLongest = 200;
const deploymentNameLongest = 200;
const nameLongest = 100;
const highestPriority = 1000;
const heaviest = 1_000_000;

/** A provider of the draft; deployments go into it by this handle. */
export type ProviderHandle = { readonly index: number; readonly name: string };
export type GroupHandle = { readonly index: number; readonly name: string };

/**
 * A configuration that is put together from another system's words. Makes names fit and unique (a note says so),
 * keeps where everything comes from, and collects problems and notes.
 */
export class ConfigDraft {
  readonly #problems: ConfigProblem[] = [];
  readonly #told = new Set<string>();
  readonly #notes: ConfigNote[] = [];
  readonly #origins = new Map<string, Origin>();
  readonly #providers: (DraftProvider & { deployments: DraftDeployment[] })[] = [];
  readonly #groups: (DraftGroup & { members: Member[]; aliases: string[] })[] = [];
  readonly #keys: DraftKey[] = [];
  readonly #keywords: DraftKeyword[] = [];
  #settings: NonNullable<PartialConfig["settings"]> = {};
  readonly #providerNames = new Names(nameLongest);
  readonly #keyNames = new Names(nameLongest);
  /** Names and aliases of groups: one namespace. */
  readonly #groupNames = new Names(groupNameLongest);
  readonly #deploymentNames: Names[] = [];
  readonly #memberNames: Set<string>[] = [];

  error(code: ConfigProblemCode, message: string, place: Origin, params: Params = {}): void {
    this.#problem({ ...configError(code, message, { ...place, params }) });
  }

  warning(code: ConfigProblemCode, message: string, place: Origin, params: Params = {}): void {
    this.#problem({ ...configError(code, message, { ...place, params }), severity: "warning" });
  }

  #problem(problem: ConfigProblem): void {
    const known = `${problem.code} ${problem.path}`;
    if (this.#problems.length >= problemsMost || this.#told.has(known)) return;
    this.#told.add(known);
    this.#problems.push(problem);
  }

  note(code: ConfigNoteCode, message: string, params: Params = {}, place?: Origin): void {
    if (this.#notes.length < notesMost) this.#notes.push(configNote(code, message, params, place?.path));
  }

  /** A part of the source that means nothing here. */
  ignored(place: Origin): void {
    this.note("ignored_field", `"${place.path}" has no counterpart here.`, { name: place.path.slice(0, 200) }, place);
  }

  addProvider(wanted: string, fields: Omit<DraftProvider, "name" | "deployments">, place: Origin): ProviderHandle {
    const name = this.#providerNames.take(oneLine(wanted) || "provider");
    this.#tellName(wanted, name, place);
    const index = this.#providers.push({ ...fields, name, deployments: [] }) - 1;
    this.#deploymentNames.push(new Names(deploymentNameLongest));
    this.#origins.set(pathText(["providers", index]), place);
    return { index, name };
  }

  addDeployment(provider: ProviderHandle, fields: DraftDeployment & { model: string }, place: Origin): string {
    const wanted = fields.name ?? fields.model;
    const name = this.#deploymentNames[provider.index]?.take(oneLine(wanted) || "model") ?? wanted;
    const list = this.#providers[provider.index]?.deployments ?? [];
    this.#origins.set(pathText(["providers", provider.index, "deployments", list.length]), place);
    list.push({ ...fields, name });
    this.#tellName(wanted, name, place);
    return name;
  }

  /** The group of that name; the first to ask for a name gets it. */
  addGroup(wanted: string, fields: Omit<DraftGroup, "name" | "members" | "aliases">, place: Origin): GroupHandle {
    const name = this.#groupNames.take(groupText(wanted));
    this.#tellName(wanted, name, place);
    const index = this.#groups.push({ ...fields, name, aliases: [], members: [] }) - 1;
    this.#memberNames.push(new Set());
    this.#origins.set(pathText(["groups", index]), place);
    return { index, name };
  }

  /** Another name of a group. False: the name belongs to another one already. */
  addAlias(group: GroupHandle, alias: string): boolean {
    const name = groupText(alias);
    if (this.#groupNames.has(name)) return false;
    this.#groupNames.take(name);
    this.#groups[group.index]?.aliases.push(name);
    return true;
  }

  /** A deployment belongs to a group once; a second time is left out. */
  addMember(group: GroupHandle, member: Member, place: Origin): void {
    const members = this.#groups[group.index]?.members ?? [];
    const known = this.#memberNames[group.index];
    const name = JSON.stringify([member.provider, member.deployment]);
    if (known?.has(name)) return;
    known?.add(name);
    this.#origins.set(pathText(["groups", group.index, "members", members.length]), place);
    members.push(member);
  }

  membersOf(group: GroupHandle): readonly Member[] {
    return this.#groups[group.index]?.members ?? [];
  }

  /** Priorities that are none of ours (1 to 1000) are numbered from 1 in the same order. */
  renumberPriorities(): void {
    for (const [index, group] of this.#groups.entries()) {
      const given = group.members.map(({ priority }) => priority ?? 1);
      if (given.every((one) => one >= 1 && one <= highestPriority)) continue;
      const order = [...new Set(given)].sort((a, b) => a - b);
      for (const member of group.members)
        member.priority = Math.min(highestPriority, order.indexOf(member.priority ?? 1) + 1);
      const place = this.#origins.get(pathText(["groups", index]));
      const message = `The priorities of "${group.name}" are numbered from 1.`;
      this.note("priorities_renumbered", message, { model: group.name }, place);
    }
  }

  /** Weights that are parts of one become whole numbers of the same proportions. */
  wholeWeights(): void {
    for (const { members } of this.#groups) {
      const scale = members.every(({ weight = 1 }) => Number.isInteger(weight)) ? 1 : 1000;
      for (const member of members) {
        const weight = (member.weight ?? 1) * scale;
        member.weight = Math.min(heaviest, weight > 0 ? Math.max(1, Math.round(weight)) : 0);
      }
    }
  }

  addKey(wanted: string, fields: Omit<DraftKey, "name">, place: Origin): void {
    const name = this.#keyNames.take(oneLine(wanted) || "key");
    this.#tellName(wanted, name, place);
    this.#origins.set(pathText(["keys", this.#keys.length]), place);
    this.#keys.push({ ...fields, name });
  }

  addKeyword(keyword: DraftKeyword, place: Origin): void {
    this.#origins.set(pathText(["failKeywords", this.#keywords.length]), place);
    this.#keywords.push(keyword);
  }

  setSettings(settings: NonNullable<PartialConfig["settings"]>, place: Origin): void {
    this.#settings = { ...this.#settings, ...settings };
    this.#origins.set("settings", place);
  }

  /** Sections without entries are left alone, so that nothing is removed because a source does not have it. */
  result(): ReaderResult {
    const sections = {
      providers: this.#providers,
      groups: this.#groups,
      keys: this.#keys,
      failKeywords: this.#keywords,
    };
    const filled = Object.fromEntries(Object.entries(sections).filter(([, rows]) => rows.length > 0));
    const settings = Object.keys(this.#settings).length > 0 ? { settings: this.#settings } : {};
    const document: PartialConfig = { ...filled, ...settings };
    if (Object.keys(document).length === 0 && !hasErrors(this.#problems))
      this.#problem(configError("nothing_in_it", "There is nothing in it that could be taken over."));
    return { document, problems: this.#problems, notes: this.#notes, origins: this.#origins };
  }

  #tellName(wanted: string, name: string, place: Origin): void {
    const from = wanted.trim();
    if (from === name || from === "") return;
    const message = `"${from.slice(0, 200)}" is called "${name}" here.`;
    this.note("renamed", message, { from: from.slice(0, 200), to: name }, place);
  }
}

/** Names that differ: the second of a name gets a number behind it. */
class Names {
  readonly #longest: number;
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  constructor(longest: number) {
    this.#longest = longest;
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  take(wanted: string): string {
    const short = wanted.slice(0, this.#longest).trim();
    let name = short;
    let n = this.#next.get(short) ?? 2;
    for (; this.#taken.has(name); n++) name = `${wanted.slice(0, this.#longest - 7).trim()}-${n}`;
    this.#next.set(short, n);
    this.#taken.add(name);
    return name;
  }
}

/** What a reader answers that cannot make anything of its source. */
export function refusedSource(code: ConfigProblemCode, message: string, params: Params = {}): ReaderResult {
  return { document: null, problems: [configError(code, message, { params })], notes: [] };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu;

function oneLine(text: string): string {
  return text.replace(controlCharacters, " ").trim();
}

/** Names of groups have no white space, and `*` means all of them. */
function groupText(text: string): string {
  const name = oneLine(text).replace(/\s+/gu, "-").slice(0, groupNameLongest);
  return name === "*" ? "all" : name || "group";
}

/**
 * A text of another system that is meant as it stands: what would be a reference to an environment variable here is
 * none.
 */
export function literal(text: string): string {
  return text.replace(/\$(?=\{[A-Za-z_][A-Za-z0-9_]*\})/g, "$$$$");
}
