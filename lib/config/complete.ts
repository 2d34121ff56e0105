import type {
  CheckedDeployment,
  CheckedFailKeyword,
  CheckedGroup,
  CheckedKey,
  ConfigDeployment,
  ConfigFailKeyword,
  ConfigGroup,
  ConfigKey,
  ConfigMember,
} from "../schemas/config.ts";
import { coolSecondsDefault, looksForText } from "../schemas/fail-keywords.ts";
import type { ImportMode } from "../schemas/import.ts";
import { deploymentDefaults, groupDefaults, keyDefaults, keywordDefaults, memberDefaults } from "./defaults.ts";

/** Entries made whole: what is not given comes from the stored entry when merging, else from the defaults. */

/** The given fields; those that were left out are not there at all. */
export function given<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
}

export function completeDeployment(
  input: CheckedDeployment,
  name: string,
  stored: ConfigDeployment | undefined,
  mode: ImportMode,
): ConfigDeployment {
  const base = mode === "merge" && stored ? stored : deploymentDefaults;
  const model = input.model ?? stored?.model ?? name;
  return {
    ...base,
    ...given(input),
    name,
    model,
    supports: { ...base.supports, ...given(input.supports ?? {}) },
    quota: { ...base.quota, ...given(input.quota ?? {}) },
  };
}

export const memberName = ({ provider, deployment }: { provider: string; deployment: string }): string =>
  JSON.stringify([provider, deployment]);

/** Members in the order they are tried: by priority, then as listed. */
export function inOrder(members: readonly ConfigMember[]): ConfigMember[] {
  return members.toSorted((a, b) => a.priority - b.priority);
}

export function completeGroup(input: CheckedGroup, stored: ConfigGroup | undefined, mode: ImportMode): ConfigGroup {
  const base = mode === "merge" && stored ? stored : { ...groupDefaults, name: input.name };
  const members = new Map(base.members.map((one) => [memberName(one), one]));
  for (const one of input.members ?? []) {
    const known = members.get(memberName(one)) ?? memberDefaults;
    members.set(memberName(one), { ...known, ...given(one) });
  }
  return {
    ...base,
    ...given(input),
    aliases: [...new Set([...base.aliases, ...(input.aliases ?? [])])].sort(),
    members: inOrder([...members.values()]),
  };
}

/** `text` is what a key's own text is known by, if the document gives one. */
export function completeKey(
  input: CheckedKey,
  text: { hash: string; preview: string } | null,
  stored: ConfigKey | undefined,
  mode: ImportMode,
): ConfigKey {
  const base = mode === "merge" && stored ? stored : keyDefaults;
  const { key: _text, ...fields } = input;
  const sameText = text === null || stored?.hashes[0] === text.hash;
  return {
    ...base,
    ...given(fields),
    name: input.name,
    id: stored?.id,
    ...(sameText ? { hashes: stored?.hashes ?? [] } : { hashes: [text.hash], preview: text.preview }),
    groups: input.groups ?? base.groups,
    limits: {
      ...base.limits,
      ...given(input.limits ?? {}),
      budgetUsd: { ...base.limits.budgetUsd, ...given(input.limits?.budgetUsd ?? {}) },
    },
  };
}

export function completeKeyword(
  input: CheckedFailKeyword,
  stored: ConfigFailKeyword | undefined,
  mode: ImportMode,
): ConfigFailKeyword {
  const base = mode === "merge" && stored ? stored : keywordDefaults;
  const { match, scope, part, verdict, coolSeconds, keyword, finishReasons, minCharacters, ...rest } = {
    ...base,
    ...given(input),
  };
  return {
    ...rest,
    id: stored?.id,
    // What a rule of this kind has no use for is not kept, so that the same rule is always written in the same way.
    keyword: looksForText(match) ? keyword : "",
    match,
    finishReasons: match === "finish_reason" ? finishReasons : [],
    minCharacters: match === "short" ? minCharacters : null,
    part: match === "contains" || match === "regex" ? part : "whole",
    scope,
    target: scope === "all" ? null : (input.target ?? base.target),
    deployment: scope === "deployment" ? (input.deployment ?? base.deployment) : null,
    verdict,
    coolSeconds: verdict === "cool" ? (coolSeconds ?? coolSecondsDefault) : null,
  };
}
