import { invalidType } from "../request-problems.ts";
import { isObject, type Json } from "./answer-format.ts";

/** Values of a request. Each throws `invalid_type` with `param` naming the member. */

export function objectAt(value: unknown, param: string): Json {
  if (!isObject(value)) throw invalidType(param, "an object");
  return value;
}

export function arrayAt(value: unknown, param: string): unknown[] {
  if (!Array.isArray(value)) throw invalidType(param, "an array");
  return value;
}

/** Where a list is wanted Google takes the one thing in it, too; its own examples do so. */
export function listAt(value: unknown, param: string): unknown[] {
  return isObject(value) ? [value] : arrayAt(value, param);
}

export function stringAt(value: unknown, param: string): string {
  if (typeof value !== "string") throw invalidType(param, "a string");
  return value;
}

/** Absent and null are null. Protocol buffers take numbers as text too. */
export function numberAt(value: unknown, param: string): number | null {
  if (value === undefined || value === null) return null;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) throw invalidType(param, "a number");
  return number;
}

export function wholeAt(value: unknown, param: string, least: number): number | null {
  const number = numberAt(value, param);
  if (number !== null && (!Number.isSafeInteger(number) || number < least))
    throw invalidType(param, `a whole number of at least ${least}`);
  return number;
}
