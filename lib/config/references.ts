import { patternProblem, tooLarge } from "../keyword-pattern.ts";
import type { CheckedConfig, ConfigDocument } from "../schemas/config.ts";
import { looksForText } from "../schemas/fail-keywords.ts";
import { memberName } from "./complete.ts";
import type { ProblemList } from "./problems.ts";

/**
 * The planned configuration with every reference leading somewhere. What the document itself says must exist, or it is
 * a problem; rows it does not speak of lose what went away (a group its member, a rule of a provider the whole rule).
 * Aliases in keys become the names of their groups.
 */
export function withReferences(planned: ConfigDocument, wanted: CheckedConfig, problems: ProblemList): ConfigDocument {
  const groupOfName = groupNames(planned, wanted, problems);
  const deployments = new Set(
    planned.providers.flatMap(({ name, deployments: own }) =>
      own.map((one) => memberName({ provider: name, deployment: one.name })),
    ),
  );
  checkMembers(wanted, deployments, problems);
  checkGrants(wanted, groupOfName, problems);
  checkKeywords(wanted, { planned, deployments }, problems);

  const targets = {
    provider: new Set(planned.providers.map(({ name }) => name)),
    group: new Set(groupOfName.values()),
  };
  return {
    ...planned,
    groups: planned.groups.map((group) => ({
      ...group,
      members: group.members.filter((one) => deployments.has(memberName(one))),
    })),
    keys: planned.keys.map((key) => ({
      ...key,
      groups: key.groups.includes("*")
        ? ["*"]
        : [...new Set(key.groups.flatMap((name) => groupOfName.get(name) ?? []))].sort(),
    })),
    failKeywords: planned.failKeywords.filter(({ scope, target, deployment }) => {
      if (scope === "all") return true;
      if (target === null) return false;
      if (scope !== "deployment") return targets[scope].has(target);
      return deployment !== null && deployments.has(memberName({ provider: target, deployment }));
    }),
  };
}

/** Name or alias → name of its group. Both are one namespace. */
function groupNames(planned: ConfigDocument, wanted: CheckedConfig, problems: ProblemList): Map<string, string> {
  const indexes = new Map((wanted.groups ?? []).map(({ name }, index) => [name, index]));
  const owner = new Map<string, string>();
  for (const { name } of planned.groups) owner.set(name, name);
  for (const { name, aliases } of planned.groups) {
    for (const alias of aliases) {
      const other = owner.get(alias);
      if (other === undefined) owner.set(alias, name);
      // Two groups that are both stored already cannot disagree, so one of them is in the document.
      else if (indexes.has(name) || indexes.has(other))
        problems.error(
          indexes.has(name)
            ? ["groups", indexes.get(name) ?? 0, "aliases"]
            : ["groups", indexes.get(other) ?? 0, "name"],
          "duplicate",
          `The name "${alias}" is already taken by the group "${indexes.has(name) ? other : name}".`,
          { value: alias },
        );
    }
  }
  return owner;
}

function checkMembers(wanted: CheckedConfig, deployments: ReadonlySet<string>, problems: ProblemList): void {
  wanted.groups?.forEach(({ members = [] }, index) => {
    members.forEach((one, place) => {
      if (deployments.has(memberName(one))) return;
      const value = `${one.provider}/${one.deployment}`;
      problems.error(["groups", index, "members", place], "unknown_reference", `There is no deployment "${value}".`, {
        value,
      });
    });
  });
}

function checkGrants(wanted: CheckedConfig, groupOfName: ReadonlyMap<string, string>, problems: ProblemList): void {
  wanted.keys?.forEach(({ groups = [] }, index) => {
    if (groups.includes("*") && groups.length > 1)
      problems.error(["keys", index, "groups"], "not_together", '"*" already means all groups.', { other: "*" });
    groups.forEach((value, place) => {
      if (value !== "*" && !groupOfName.has(value))
        problems.error(["keys", index, "groups", place], "unknown_reference", `There is no group "${value}".`, {
          value,
        });
    });
  });
}

function checkKeywords(
  wanted: CheckedConfig,
  { planned, deployments }: { planned: ConfigDocument; deployments: ReadonlySet<string> },
  problems: ProblemList,
): void {
  const known = {
    provider: new Set(planned.providers.map(({ name }) => name)),
    group: new Set(planned.groups.map(({ name }) => name)),
  };
  wanted.failKeywords?.forEach(
    (
      { keyword = "", match = "contains", finishReasons = [], minCharacters, statuses = [], scope, target, deployment },
      index,
    ) => {
      if (looksForText(match) && keyword === "")
        problems.error(["failKeywords", index, "keyword"], "required", "A rule that looks for a text needs it.");
      if (match === "any" && statuses.length === 0)
        problems.error(["failKeywords", index, "statuses"], "required", "A rule on every text needs a status.");
      if (match === "finish_reason" && finishReasons.length === 0)
        problems.error(
          ["failKeywords", index, "finishReasons"],
          "required",
          "A rule on the end of answers needs a finish reason.",
        );
      if (match === "short" && minCharacters == null)
        problems.error(
          ["failKeywords", index, "minCharacters"],
          "required",
          "A rule on short answers needs a number of characters.",
        );
      const wrong = match === "regex" ? patternProblem(keyword) : null;
      if (wrong?.reason === tooLarge)
        problems.error(
          ["failKeywords", index, "keyword"],
          "regex_too_large",
          "The pattern is too large to be run on every answer.",
        );
      else if (wrong)
        problems.error(
          ["failKeywords", index, "keyword"],
          "bad_regex",
          `${wrong.reason} at character ${wrong.position + 1}.`,
          wrong,
        );
      if (scope === undefined || scope === "all") return;
      if (target == null)
        problems.error(["failKeywords", index, "target"], "required", `A rule for one ${scope} needs its name.`);
      else if (scope === "deployment") {
        if (deployment == null)
          problems.error(
            ["failKeywords", index, "deployment"],
            "required",
            "A rule for one deployment needs its name.",
          );
        else if (!deployments.has(memberName({ provider: target, deployment }))) {
          const value = `${target}/${deployment}`;
          problems.error(
            ["failKeywords", index, "deployment"],
            "unknown_reference",
            `There is no deployment "${value}".`,
            { value },
          );
        }
      } else if (!known[scope].has(target))
        problems.error(["failKeywords", index, "target"], "unknown_reference", `There is no ${scope} "${target}".`, {
          value: target,
        });
    },
  );
}
