/** The pages of the settings, in the order of their tabs. Their names are the `settings.sections` messages. */
export const settingsSections = [
  "general",
  "routing",
  "retention",
  "alerts",
  "import",
  "security",
  "appearance",
  "about",
] as const;
export type SettingsSection = (typeof settingsSections)[number];
