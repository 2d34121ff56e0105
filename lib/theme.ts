/** How a reader wants the console to look. Cookies, so that the server renders the first page right at once. */
export const themes = ["light", "dark", "system"] as const;
export type Theme = (typeof themes)[number];
export const themeCookie = "theme";

/** Height of rows and controls: 44 and 36 px, or 36 and 32. Fingers get 44 px in any case. */
export const densities = ["comfortable", "compact"] as const;
export type Density = (typeof densities)[number];
export const densityCookie = "density";

/** Shortened numbers: 12.3M everywhere, or as the language counts (1234.6万). */
export const numberUnits = ["locale", "metric"] as const;
export type NumberUnits = (typeof numberUnits)[number];
export const numberUnitsCookie = "units";

/** Shortcuts of a single character can be switched off (WCAG 2.1.4): speech input would set them off. */
export const characterKeys = ["on", "off"] as const;
export type CharacterKeys = (typeof characterKeys)[number];
export const characterKeysCookie = "shortcuts";

export const sidebarCookie = "sidebar";

export type Appearance = { theme: Theme; density: Density; numberUnits: NumberUnits; characterKeys: CharacterKeys };

const oneOf = <Value extends string>(values: readonly Value[], value: string | undefined, fallback: Value): Value =>
  values.find((known) => known === value) ?? fallback;

export function parseTheme(value: string | undefined): Theme {
  return oneOf(themes, value, "system");
}

/** The appearance that a request's cookies ask for; what they do not name, or name wrongly, is as usual. */
export function parseAppearance(cookie: (name: string) => string | undefined): Appearance {
  return {
    theme: parseTheme(cookie(themeCookie)),
    density: oneOf(densities, cookie(densityCookie), "comfortable"),
    numberUnits: oneOf(numberUnits, cookie(numberUnitsCookie), "locale"),
    characterKeys: oneOf(characterKeys, cookie(characterKeysCookie), "on"),
  };
}
