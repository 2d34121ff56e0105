import { z } from "zod";
import { problem } from "./problems.ts";

/** What a name's pattern may contain: see {@link expandAlias}. */
export const aliasPlaceholders = ["provider", "model", "last", "alias"] as const;
export type AliasPlaceholder = (typeof aliasPlaceholders)[number];

/** A text looked for in a model's name, or with `*` a pattern of the whole name. Case does not count. */
export const modelPattern = z.string().trim().min(1).max(200);

/** How imported deployments are called; a placeholder nobody knows is refused. */
export const aliasPattern = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .superRefine((value, context) => {
    for (const [found, name = ""] of value.matchAll(/\{([^{}]*)\}/g))
      if (!aliasPlaceholders.some((known) => known === name))
        context.addIssue(problem("unknown_placeholder", `Nothing is known about ${found}.`, { placeholder: found }));
  });

/** Whether a model's name fits one of the patterns. */
export function fitsAny(patterns: readonly string[], model: string): boolean {
  const name = model.toLowerCase();
  return patterns.some((pattern) => fits(pattern.toLowerCase(), name));
}

function fits(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return name.includes(pattern);
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop() ?? "";
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

/** Which filter leaves a model out; null = none. No pattern to include means all. */
export function leftOutBy(
  filter: { include: readonly string[]; exclude: readonly string[] },
  model: string,
): "not_included" | "excluded" | null {
  if (filter.include.length > 0 && !fitsAny(filter.include, model)) return "not_included";
  return fitsAny(filter.exclude, model) ? "excluded" : null;
}

/**
 * A model's name by a pattern: `{provider}` is the provider's name (spaces become hyphens), `{model}` the whole name in
 * the provider's list, `{last}` what stands behind its last slash, `{alias}` its usual name, which the caller knows.
 */
export function expandAlias(pattern: string, values: { provider: string; model: string; alias: string }): string {
  const known: Record<AliasPlaceholder, string> = {
    provider: values.provider.trim().replace(/\s+/gu, "-"),
    model: values.model,
    last: values.model.slice(values.model.lastIndexOf("/") + 1),
    alias: values.alias,
  };
  return pattern.replace(/\{(provider|model|last|alias)\}/g, (_found, name: AliasPlaceholder) => known[name]);
}
