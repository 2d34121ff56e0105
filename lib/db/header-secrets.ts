import { hiddenValue, isSecretHeader, shownHeaders } from "../secret-headers.ts";
import { isSecretError, openSecret, originOf, sealSecret } from "../secrets.ts";

/**
 * Extra headers of a provider as they are stored: values that are secrets are sealed like credentials, bound to the
 * provider, the header and the origin they are sent to.
 */

const sealedMark = "sealed:";

/** What a sealed value is bound to. `baseUrl` is the address of the provider. */
export type HeaderOwner = { id: string; baseUrl: string; masterKey: Buffer };

type Headers = Readonly<Record<string, string>>;

const isSealed = (value: string) => value.startsWith(`${sealedMark}v1.`);

const contextOf = ({ id, baseUrl }: HeaderOwner, name: string) => ({
  table: "Provider.headers",
  row: `${id}/${name.toLowerCase()}`,
  origin: originOf(baseUrl),
});

function textsOf(stored: unknown): Record<string, string> {
  if (stored === null || typeof stored !== "object" || Array.isArray(stored)) return {};
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Headers for the database. What is sealed already stays as it is. */
export function sealedHeaders(headers: Headers, owner: HeaderOwner): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      !isSealed(value) && isSecretHeader(name, value)
        ? sealedMark + sealSecret(owner.masterKey, value, contextOf(owner, name))
        : value,
    ]),
  );
}

/**
 * Stored headers in the clear. One that cannot be opened is left out and told to `onUnreadable`. Values that an earlier
 * version stored in the clear are taken as they are.
 */
export function openedHeaders(
  stored: unknown,
  owner: HeaderOwner,
  onUnreadable: (name: string, why: string) => void = () => undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(textsOf(stored)).flatMap(([name, value]) => {
      if (!isSealed(value)) return [[name, value]];
      try {
        return [[name, openSecret(owner.masterKey, value.slice(sealedMark.length), contextOf(owner, name))]];
      } catch (error) {
        onUnreadable(name, isSecretError(error) ? error.message : "its provider has no valid address");
        return [];
      }
    }),
  );
}

/** Stored headers as they may be shown, without opening any. */
export function shownStoredHeaders(stored: unknown): Record<string, string> {
  const headers = textsOf(stored);
  return Object.fromEntries(
    Object.entries(shownHeaders(headers)).map(([name, value]) => [
      name,
      isSealed(headers[name] ?? "") ? hiddenValue : value,
    ]),
  );
}

/** Whether a secret stands among stored headers in the clear, as earlier versions kept them. */
export function hasClearSecret(stored: unknown): boolean {
  return Object.entries(textsOf(stored)).some(([name, value]) => !isSealed(value) && isSecretHeader(name, value));
}
