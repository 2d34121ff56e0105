/** The zone the reader chose in Settings. */
export const timeZoneCookie = "time-zone";
/** The zone the browser told us, used until one is chosen. */
export const browserTimeZoneCookie = "browser-time-zone";

export function isTimeZone(value: unknown): value is string {
  if (typeof value !== "string" || value === "" || value.length > 64) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

/**
 * The zone to show times in: the first of the candidates that Intl accepts, else the server's. Cookie values may be
 * percent-encoded.
 */
export function requestTimeZone(candidates: readonly (string | null | undefined)[]): string {
  for (const candidate of candidates) {
    const zone = candidate && decodeURIComponentSafely(candidate);
    if (isTimeZone(zone)) return zone;
  }
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function decodeURIComponentSafely(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
