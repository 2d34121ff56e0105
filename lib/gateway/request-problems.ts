import { SluiceError } from "../errors.ts";

/** What may be wrong with a member of a request, whatever the format it is in. */

export function missing(param: string): SluiceError {
  return new SluiceError("missing_required", `Missing required member: ${param}.`, { param });
}

export function invalidType(param: string, wanted: string): SluiceError {
  return new SluiceError("invalid_type", `Invalid ${param}: expected ${wanted}.`, { param });
}

export function optionalBoolean(value: unknown, param: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw invalidType(param, "a boolean");
  return value;
}

export function checkNumber(value: unknown, param: string, fits: (value: number) => boolean, wanted: string): void {
  if (value === undefined || value === null) return;
  if (typeof value !== "number" || !fits(value)) throw invalidType(param, wanted);
}
