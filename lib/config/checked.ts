import { type CheckedConfig, ConfigInput } from "../schemas/config.ts";
import { fieldProblems } from "../schemas/problems.ts";
import { type ProblemList, pathKeys } from "./problems.ts";
import type { ReaderResult } from "./reader.ts";
import { structureProblem } from "./source-lines.ts";
import { resolveVariables, type Variables } from "./variables.ts";

/**
 * What a reader found, checked field by field: variables resolved, every value of the right type and size. Problems are
 * added to the list under the source's own words; null when there is no document to go on with.
 */
export function checkedConfig(
  read: Pick<ReaderResult, "document" | "origins">,
  variables: Variables,
  problems: ProblemList,
): CheckedConfig | null {
  if (read.document === null) return null;
  const wrong = structureProblem(read.document);
  if (wrong) {
    problems.error(wrong.path, wrong.problem.code, wrong.problem.message, wrong.problem.params);
    return null;
  }
  const before = problems.problems.length;
  const resolved = resolveVariables(read.document, variables, problems);
  // A missing variable leaves an empty value behind, which would only be complained about a second time.
  const complaints = new Set(problems.problems.slice(before).map(({ path }) => path));
  const parsed = ConfigInput.safeParse(resolved, { reportInput: true });
  if (parsed.success) return problems.problems.length > before ? null : parsed.data;
  for (const { path, code, params, message } of fieldProblems(parsed.error)) {
    const keys = pathKeys(path);
    if (!complaints.has(problems.placeOf(keys).path)) problems.error(keys, code, message, params);
  }
  return null;
}
