import { SluiceError } from "../errors.ts";
import type { FieldProblem } from "../schemas/problems.ts";

/** The 400 for one field that only the database could refuse, in the form the schemas' refusals have. */
export function fieldError(
  path: string,
  code: FieldProblem["code"],
  message: string,
  params: FieldProblem["params"] = {},
): SluiceError {
  return new SluiceError(code === "required" ? "missing_required" : "invalid_type", `${path}: ${message}`, {
    param: path,
    details: { fields: [{ path, code, params, message } satisfies FieldProblem] },
  });
}
