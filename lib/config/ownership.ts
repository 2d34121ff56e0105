import type { CheckedConfig, ConfigDocument } from "../schemas/config.ts";
import type { CurrentConfig } from "./current.ts";
import { diffConfig, isEmpty } from "./diff.ts";
import type { PlanOptions } from "./plan.ts";
import type { ProblemList } from "./problems.ts";

const nothing: ConfigDocument = { providers: [], groups: [], keys: [], failKeywords: [], settings: {} };

/**
 * A row has one master. What the mounted provider file defines cannot be changed by an import, and the file does not
 * change what was made in the console under the same name. Where both say the same there is nothing to refuse.
 */
export function checkOwners(
  current: CurrentConfig,
  planned: ConfigDocument,
  wanted: CheckedConfig,
  owner: PlanOptions["owner"],
  problems: ProblemList,
): void {
  const check = <Row extends { name: string; source: string }>(
    what: "provider" | "group" | "key",
    row: Row | undefined,
    differs: (row: Row) => boolean,
    path: readonly PropertyKey[],
  ) => {
    if (!row || (row.source === "file") === (owner === "file") || !differs(row)) return;
    const params = { what, name: row.name };
    if (owner === "console")
      problems.error(
        path,
        "from_file",
        `The ${what} "${row.name}" comes from the provider file: change it there.`,
        params,
      );
    else
      problems.error(
        path,
        "name_taken",
        `A ${what} "${row.name}" was made in the console and is not the same. Rename or delete one of the two.`,
        params,
      );
  };
  const rowOf = <Row extends { name: string }>(rows: readonly Row[], name: string) =>
    rows.find((row) => row.name === name);

  wanted.providers?.forEach(({ name }, index) => {
    const after = planned.providers.filter((one) => one.name === name);
    const differs = (row: CurrentConfig["providers"][number]) =>
      !isEmpty(diffConfig({ ...nothing, providers: [row] }, { ...nothing, providers: after }));
    check("provider", rowOf(current.providers, name), differs, ["providers", index]);
  });
  wanted.groups?.forEach(({ name }, index) => {
    const after = planned.groups.filter((one) => one.name === name);
    const differs = (row: CurrentConfig["groups"][number]) =>
      !isEmpty(diffConfig({ ...nothing, groups: [row] }, { ...nothing, groups: after }));
    check("group", rowOf(current.groups, name), differs, ["groups", index]);
  });
  const keysById = new Map(current.keys.map((row) => [row.id, row]));
  const plannedKeys = Map.groupBy(
    planned.keys.filter(({ id }) => id !== undefined),
    ({ name }) => name,
  );
  wanted.keys?.forEach(({ name }, index) => {
    const after = plannedKeys.get(name)?.[0];
    const row = after?.id === undefined ? undefined : keysById.get(after.id);
    const differs = (one: CurrentConfig["keys"][number]) =>
      !isEmpty(diffConfig({ ...nothing, keys: [one] }, { ...nothing, keys: after ? [after] : [] }));
    check("key", row, differs, ["keys", index]);
  });
}
