import { describe, expect, it } from "vitest";
import { SettingsPatch, settingsView } from "../../lib/schemas/settings.ts";
import { patchOf, type SettingName, settingsPages, viewOf } from "./fields.ts";

const shown = Object.values(settingsPages).flatMap((cards) =>
  cards.flatMap(({ fields }) => fields.map(([name]): SettingName => name)),
);

describe("the settings pages", () => {
  it("show every setting of the API exactly once", () => {
    const { retentionDays: _, version: _version, ...flat } = settingsView({});
    const known = [...Object.keys(flat), "retentionCallsDays", "retentionBodiesDays", "retentionHoursDays"];
    expect(shown.toSorted()).toEqual(known.toSorted());
  });

  it("send what the API takes", () => {
    const view = settingsView({});
    const values = Object.fromEntries(
      shown.map((name) => [name, viewOf(view, name).value as string | number | boolean]),
    );
    expect(SettingsPatch.safeParse(patchOf(values)).error).toBeUndefined();
    expect(patchOf({ retentionCallsDays: null, maxAttempts: 4 })).toEqual({
      maxAttempts: 4,
      retentionDays: { calls: null },
    });
  });
});
