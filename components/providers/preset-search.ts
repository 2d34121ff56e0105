import { type PresetView, presetGroups } from "@/lib/schemas/presets";

export type PresetSection = { group: PresetView["group"]; presets: PresetView[] };

const plain = (text: string) => text.normalize("NFKC").toLowerCase();

/** The presets whose name, id, host or keywords hold every word of the query, in the groups of the picker. */
export function searchPresets(presets: readonly PresetView[], query: string): PresetSection[] {
  const words = plain(query).split(/\s+/u).filter(Boolean);
  const matching = presets.filter(({ id, name, baseUrl, keywords }) => {
    const text = plain([id, name, baseUrl, ...keywords].join(" "));
    return words.every((word) => text.includes(word));
  });
  return presetGroups
    .map((group) => ({ group, presets: matching.filter((preset) => preset.group === group) }))
    .filter((section) => section.presets.length > 0);
}
