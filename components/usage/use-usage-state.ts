"use client";

import { parseAsString, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { type UsageState, usageFilters, usageParameters, usageStateOf } from "@/lib/schemas/figures";

const names = [
  ...["metric", "by", "then", "range", "from", "to", "bucket", "cum", "demo", "all"],
  ...usageFilters.flatMap((name) => [name, `f.${name}`]),
];
const parsers = Object.fromEntries(names.map((name) => [name, parseAsString]));

/** The state of the page in its URL, read as the server reads it, and how to change a part of it. */
export function useUsageState(): [UsageState, (change: Partial<UsageState>) => void] {
  const [parameters, setParameters] = useQueryStates(parsers, { history: "push" });
  const state = useMemo(() => usageStateOf(parameters), [parameters]);
  return [state, (change) => void setParameters(usageParameters({ ...state, ...change }))];
}
