"use client";

import { Input } from "./input";

/** The search above a list, beside its facets: as wide as there is room for, and no wider than names are. */
export function SearchField({
  label,
  value,
  onValueChange,
}: {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
}) {
  return (
    <Input
      type="search"
      value={value}
      onValueChange={onValueChange}
      placeholder={label}
      aria-label={label}
      className="h-8 flex-1 basis-48 max-sm:col-span-full sm:max-w-72 touch:h-11"
    />
  );
}
