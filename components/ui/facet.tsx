"use client";

import { Select, type SelectOption } from "./select";

/** One condition of a list or a page of figures. A value from the URL that the list does not offer is shown as it is. */
export function Facet<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly SelectOption<Value>[];
  onChange: (value: Value) => void;
}) {
  const all = options.some((option) => option.value === value) ? options : [...options, { value, label: value }];
  return (
    <Select
      size="compact"
      aria-label={label}
      value={value}
      options={all}
      onValueChange={onChange}
      className="max-sm:gap-1 max-sm:px-2 sm:w-auto sm:min-w-32 sm:max-w-56"
    />
  );
}
