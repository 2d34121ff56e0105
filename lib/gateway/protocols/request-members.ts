import { invalidType, missing } from "../request-problems.ts";
import { isObject, type Json } from "./answer-format.ts";

/**
 * The members of one object of a request. Readers return null for what is absent or null and throw invalid_type, with
 * the path as `param`, for any other type. What nobody read is in {@link rest}, so no member is ever lost in silence.
 */
export class Members {
  readonly #json: Json;
  readonly #path: string;
  readonly #read = new Set<string>();

  /** `path` names the object, as OpenAI does: `messages.0.content`; "" is the body. */
  constructor(json: Json, path = "") {
    this.#json = json;
    this.#path = path;
  }

  /** Throws invalid_type for what is no object. */
  static of(value: unknown, path: string): Members {
    if (!isObject(value)) throw invalidType(path, "an object");
    return new Members(value, path);
  }

  /** The object itself. */
  get json(): Json {
    return this.#json;
  }

  pathOf(name: string): string {
    return this.#path ? `${this.#path}.${name}` : name;
  }

  /** Any type; null where absent. */
  value(name: string): unknown {
    this.#read.add(name);
    return Object.hasOwn(this.#json, name) ? (this.#json[name] ?? null) : null;
  }

  text(name: string): string | null {
    return this.#typed(name, "a string", (value) => typeof value === "string");
  }

  /** A text that must be there; throws missing_required. */
  required(name: string): string {
    const text = this.text(name);
    if (text === null) throw missing(this.pathOf(name));
    return text;
  }

  number(name: string): number | null {
    return this.#typed(name, "a number", (value) => typeof value === "number" && Number.isFinite(value));
  }

  flag(name: string): boolean | null {
    return this.#typed(name, "a boolean", (value) => typeof value === "boolean");
  }

  object(name: string): Json | null {
    return this.#typed(name, "an object", isObject);
  }

  /** The members of a member; one without any where it is absent. */
  members(name: string): Members {
    return new Members(this.object(name) ?? {}, this.pathOf(name));
  }

  list(name: string): unknown[] {
    return this.#typed(name, "an array", Array.isArray) ?? [];
  }

  /** The members of each entry of a list of objects. */
  each(name: string): Members[] {
    return this.list(name).map((value, index) => Members.of(value, `${this.pathOf(name)}.${index}`));
  }

  /** Leaves members out of {@link rest}: they mean nothing in a conversion. */
  ignore(...names: string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** What was not read and asks for something: neither null nor the empty or false value that means the same. */
  rest(): Json {
    return Object.fromEntries(
      Object.entries(this.#json).filter(([name, value]) => !this.#read.has(name) && !asksForNothing(value)),
    );
  }

  /** Puts {@link rest} where what means something in one format only is kept, under names that begin with `prefix`. */
  keepRest(prefix: string, own: Json): void {
    for (const [name, value] of Object.entries(this.rest())) own[`${prefix}.${name}`] = value;
  }

  #typed<T>(name: string, wanted: string, fits: (value: unknown) => boolean): T | null {
    const value = this.value(name);
    if (value === null) return null;
    if (!fits(value)) throw invalidType(this.pathOf(name), wanted);
    return value as T;
  }
}

function asksForNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** One of the values, or null for anything else. */
export function oneOf<T extends string>(value: unknown, values: readonly T[]): T | null {
  return values.find((one) => one === value) ?? null;
}

/** An object without the members that are null or undefined. */
export function compact(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null && value !== undefined));
}
