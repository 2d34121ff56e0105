import { blankOf, PresetFile, type PresetIcon, type PresetView } from "../schemas/presets.ts";
import file from "./presets.json" with { type: "json" };

/** Vendors and servers people use, in the order in which they are shown. To add one is to add a row to the file. */
export const presets: readonly PresetView[] = PresetFile.parse(file).map((entry) => ({
  ...entry,
  blank: blankOf(entry.baseUrl),
}));

const byId = new Map(presets.map((preset) => [preset.id, preset]));

/** A preset by its id; null = there is none of this name (any more). */
export function presetOf(id: string | null): PresetView | null {
  return (id !== null && byId.get(id)) || null;
}

/** Letters and colour that stand for a preset; null = a provider without a preset is drawn by its own name. */
export function presetIcon(id: string | null): PresetIcon | null {
  const preset = presetOf(id);
  return preset && { letters: preset.letters, slot: preset.slot };
}
