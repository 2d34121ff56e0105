import type { ConfigDocument } from "../schemas/config.ts";
import type { ConfigDiff, ConfigProblem } from "../schemas/import.ts";
import { checkedConfig } from "./checked.ts";
import type { CurrentConfig } from "./current.ts";
import { diffConfig } from "./diff.ts";
import { checkOwners } from "./ownership.ts";
import { type PlanOptions, plannedConfig } from "./plan.ts";
import { hasErrors, ProblemList } from "./problems.ts";
import type { ReaderResult } from "./reader.ts";
import { withReferences } from "./references.ts";
import type { Variables } from "./variables.ts";

/** What an import will do. `planned` is null while anything is wrong: a document is taken over whole or not at all. */
export type ImportPlan = {
  planned: ConfigDocument | null;
  /** Names of the rows that the document speaks of. */
  named: { providers: ReadonlySet<string>; groups: ReadonlySet<string>; keys: ReadonlySet<string> };
  diff: ConfigDiff;
  problems: ConfigProblem[];
};

const nothingNamed = { providers: new Set<string>(), groups: new Set<string>(), keys: new Set<string>() };

/**
 * Compares what a reader found with what is stored. Decides everything and does nothing. `addressProblem` says why the
 * egress rules forbid a base URL; null = they do not.
 */
export function planImport(
  current: CurrentConfig,
  read: ReaderResult,
  options: PlanOptions & { variables: Variables; addressProblem: (baseUrl: string) => string | null },
): ImportPlan {
  const list = new ProblemList(read.origins);
  const refused = (): ImportPlan => ({
    planned: null,
    named: nothingNamed,
    diff: { added: [], changed: [], removed: [] },
    problems: [...read.problems, ...list.problems],
  });
  const wanted = checkedConfig(read, options.variables, list);
  if (wanted === null) return refused();
  const planned = withReferences(plannedConfig(current, wanted, options, list), wanted, list);
  for (const [index, { name }] of (wanted.providers ?? []).entries()) {
    const address = planned.providers.find((one) => one.name === name)?.baseUrl;
    const forbidden = address ? options.addressProblem(address) : null;
    if (forbidden) list.error(["providers", index, "baseUrl"], "egress_denied", forbidden);
  }
  if (list.problems.length === 0) checkOwners(current, planned, wanted, options.owner, list);
  const problems = [...read.problems, ...list.problems];
  if (hasErrors(problems)) return refused();
  const names = (rows: readonly { name: string }[] = []) => new Set(rows.map(({ name }) => name));
  return {
    planned,
    named: { providers: names(wanted.providers), groups: names(wanted.groups), keys: names(wanted.keys) },
    diff: diffConfig(current, planned),
    problems,
  };
}
