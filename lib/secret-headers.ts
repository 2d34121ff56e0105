/**
 * Extra headers of providers whose values are secrets. They are stored as they are sent, but shown to nobody: not in the
 * management API, the audit log, differences or exports.
 */

/** What becomes the credential's secret in a header's value. */
export const keyPlaceholder = "{{api_key}}";

/**
 * Stands for a secret value wherever one would be shown; sent back it means "as stored". It is not ASCII, so no header
 * has it for a value.
 */
export const hiddenValue = "••••";

const secretName = /key|token|secret|auth|cookie|passw|credential/i;
const secretText = /^(?:bearer|basic)\s|\bsk-[\w-]{8}/i;

/** Whether a header is a secret by its name or its text. Versions and referrers are none, nor is a place for the key. */
export function isSecretHeader(name: string, value: string): boolean {
  return value !== "" && !value.includes(keyPlaceholder) && (secretName.test(name) || secretText.test(value));
}

/** Headers as they may be shown; secrets read as `hidden` says. */
export function shownHeaders(
  headers: Readonly<Record<string, string>>,
  hidden: (name: string) => string = () => hiddenValue,
): Record<string, string> {
  return mapped(headers, (name, value) => (isSecretHeader(name, value) ? hidden(name) : value));
}

/** Names of the headers whose values are secrets that somebody wrote, not ones to be kept as they are. */
export function givenSecretHeaders(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value !== hiddenValue && isSecretHeader(name, value) ? [name] : [],
  );
}

/** Headers with stored values where they are to be kept, by names in any case. `missing` have none that could be. */
export function keptHeaders(
  headers: Readonly<Record<string, string>>,
  stored: Readonly<Record<string, string>>,
): { headers: Record<string, string>; kept: string[]; missing: string[] } {
  const known = new Map(Object.entries(stored).map(([name, value]) => [name.toLowerCase(), value]));
  const hidden = Object.keys(headers).filter((name) => headers[name] === hiddenValue);
  const has = (name: string) => known.has(name.toLowerCase());
  return {
    headers: mapped(headers, (name, value) =>
      value === hiddenValue ? (known.get(name.toLowerCase()) ?? value) : value,
    ),
    kept: hidden.filter(has),
    missing: hidden.filter((name) => !has(name)),
  };
}

function mapped(
  headers: Readonly<Record<string, string>>,
  value: (name: string, value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, one]) => [name, value(name, one)]));
}
