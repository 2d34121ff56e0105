import { pathText } from "../schemas/problems.ts";
import type { ConfigDraft } from "./draft.ts";
import type { Origin } from "./reader.ts";

/** A place whose line is looked up only when it is told. */
export function originAt(path: string, lineOf: () => number | undefined): Origin {
  return {
    path,
    get line() {
      return lineOf();
    },
  };
}

/**
 * One record of another system: a row of a database, or an object of a file. Reads its fields leniently, as those
 * systems wrote them over the years, and reports what cannot be meant.
 */
export class SourceRow {
  readonly place: Origin;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #draft: ConfigDraft;
  readonly #lineOf: ((field: string) => number | undefined) | undefined;

  constructor(
    fields: Readonly<Record<string, unknown>>,
    place: Origin,
    draft: ConfigDraft,
    lineOf?: (field: string) => number | undefined,
  ) {
    this.#fields = fields;
    this.place = place;
    this.#draft = draft;
    this.#lineOf = lineOf;
  }

  has(field: string): boolean {
    return this.raw(field) !== undefined;
  }

  /** The value as it is; null and absent are the same. */
  raw(field: string): unknown {
    const value = Object.hasOwn(this.#fields, field) ? this.#fields[field] : undefined;
    return value === null ? undefined : value;
  }

  names(): string[] {
    return Object.keys(this.#fields);
  }

  placeOf(field: string): Origin {
    const path = this.place.path ? `${this.place.path}.${field}` : pathText([field]);
    return originAt(path, () => this.#lineOf?.(field) ?? this.place.line);
  }

  /** Trimmed; "" where there is none. Numbers are taken as their digits. */
  text(field: string): string {
    const value = this.raw(field);
    if (value === undefined) return "";
    if (typeof value === "string") return value.trim();
    if (typeof value === "number" || typeof value === "bigint") return String(value);
    this.#wrong(field, "string");
    return "";
  }

  /** A text that must be there. */
  required(field: string): string {
    const value = this.text(field);
    if (value === "" && !this.#isWrong(field, "string"))
      this.#draft.error("required", "This field is required.", this.placeOf(field));
    return value;
  }

  /** null where there is none. Digits in a text are taken as their number. */
  number(field: string): number | null {
    const value = this.raw(field);
    if (value === undefined || value === "") return null;
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    this.#wrong(field, "number");
    return null;
  }

  whole(field: string): number | null {
    const number = this.number(field);
    if (number === null || Number.isSafeInteger(number)) return number;
    this.#draft.error("not_a_whole_number", "A whole number.", this.placeOf(field));
    return null;
  }

  /** Booleans are also written as 0 and 1. */
  flag(field: string, otherwise: boolean): boolean {
    const value = this.raw(field);
    if (value === undefined || value === "") return otherwise;
    if (value === true || value === 1 || value === "1" || value === "true") return true;
    if (value === false || value === 0 || value === "0" || value === "false") return false;
    this.#wrong(field, "boolean");
    return otherwise;
  }

  #isWrong(field: string, expected: "string"): boolean {
    const value = this.raw(field);
    return value !== undefined && typeof value !== expected && typeof value !== "number";
  }

  #wrong(field: string, expected: string): void {
    this.#draft.error("wrong_type", `Expected: ${expected}.`, this.placeOf(field), { expected });
  }
}
