"use client";

import { createContext, type ReactNode, useContext } from "react";
import { Monogram } from "@/components/ui/monogram";
import type { PresetIcon } from "@/lib/schemas/presets";

const Icons = createContext<Readonly<Record<string, PresetIcon>>>({});

/** Tells the icons below it which providers were made from a preset: letters and colour by the provider's name. */
export function ProviderIcons({ icons, children }: { icons: Record<string, PresetIcon>; children: ReactNode }) {
  return <Icons value={icons}>{children}</Icons>;
}

/**
 * What stands for a provider beside its name: the letters of its preset, else the first of its name. Also for names in
 * the call log whose provider is gone. Decorative: the name is always there too.
 */
export function ProviderIcon({ name, size }: { name: string; size?: "small" | "default" }) {
  const icons = useContext(Icons);
  const icon = Object.hasOwn(icons, name) ? icons[name] : undefined;
  return <Monogram name={name} size={size} {...icon} />;
}
