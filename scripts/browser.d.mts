/** `PLAYWRIGHT_CHROMIUM` when set, else Playwright's own Chromium, else one of the system's; null when none starts. */
export function findBrowser(): string | null;
