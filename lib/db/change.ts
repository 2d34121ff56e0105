import { SluiceError } from "../errors.ts";

/** @throws SluiceError `not_found` */
export function found<Row>(row: Row | null, what: string): Row {
  if (row === null) throw new SluiceError("not_found", `There is no such ${what}.`);
  return row;
}

/** Optimistic lock: refuses a change made from an older state than the stored one. @throws SluiceError `conflict` */
export function requireVersion(row: { version: number }, expected: number | undefined): void {
  if (expected === undefined || expected === row.version) return;
  throw new SluiceError(
    "conflict",
    "Somebody else changed this in the meantime. Load it again and repeat your change.",
    {
      param: "version",
      details: { currentVersion: row.version },
    },
  );
}

/** The 409 for a name that is taken. */
export function nameTaken(path: string, name: string): SluiceError {
  return new SluiceError("conflict", `The name "${name}" is already taken.`, {
    param: path,
    details: { fields: [{ path, code: "duplicate", params: { value: name }, message: "This name is already taken." }] },
  });
}
