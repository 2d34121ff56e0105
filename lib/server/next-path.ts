/**
 * Where to go after signing in: a path of this site, or "/". Anything a browser could read as another host
 * (`//host`, `/\host`, a scheme, control characters that browsers drop) is thrown away.
 */
export function safeNextPath(value: string | string[] | null | undefined): string {
  if (typeof value !== "string" || value.length > 2_000 || !value.startsWith("/")) return "/";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers remove these from URLs
  if (/^\/[/\\]|[\u0000-\u001f\u007f\\]/.test(value)) return "/";
  const base = "http://sluice.invalid";
  const url = URL.parse(value, base);
  if (url === null || url.origin !== base) return "/";
  if (/^\/(login|setup|api)(\/|$)/.test(url.pathname) || url.pathname.startsWith("//")) return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
