"use client";

import { useMemo } from "react";
import { Select } from "./ui/select";

/** Every zone this browser knows, and the current one in any case. `extra` comes first, for instance "as the browser says". */
export function TimeZoneSelect({
  value,
  onValueChange,
  extra,
  disabled,
}: {
  value: string;
  onValueChange: (value: string) => void;
  extra?: { value: string; label: string };
  disabled?: boolean;
}) {
  const options = useMemo(() => {
    const known = new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);
    if (value !== extra?.value) known.add(value);
    const zones = [...known].sort().map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));
    return extra ? [extra, ...zones] : zones;
  }, [value, extra]);
  return <Select options={options} value={value} onValueChange={onValueChange} disabled={disabled} />;
}
