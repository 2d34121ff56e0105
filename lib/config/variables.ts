import type { ProblemList } from "./problems.ts";

/** Values of environment variables, and the names that are the server's own and never handed out. */
export type Variables = {
  env: Readonly<Record<string, string | undefined>>;
  reserved: ReadonlySet<string>;
};

const reference = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

type Json = Record<string, unknown>;

function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.map((one) => (isObject(one) ? one : {})) : [];
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/**
 * The document with `${NAME}` replaced by environment variables, in the places that hold secrets or differ from one
 * installation to the next: `credentials[].secret`, `keys[].key`, values of `headers`, `baseUrl`. `$${` stands for `${`.
 * A variable that is not set is a problem; so is one of the server's own, or an import could carry them away.
 */
export function resolveVariables(document: unknown, variables: Variables, problems: ProblemList): unknown {
  if (!isObject(document)) return document;
  const resolve = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof value !== "string") return value;
    return value.replace(reference, (whole: string, escaped: string, name: string) => {
      if (escaped) return whole.slice(1);
      if (variables.reserved.has(name)) {
        problems.error(path, "reserved_variable", `The variable ${name} belongs to the server itself.`, { name });
        return "";
      }
      const found = variables.env[name];
      if (!found) problems.error(path, "missing_variable", `The environment variable ${name} is not set.`, { name });
      return found ?? "";
    });
  };
  const member = (object: Json, name: string, path: readonly PropertyKey[]): Json =>
    Object.hasOwn(object, name) ? { ...object, [name]: resolve(object[name], [...path, name]) } : object;

  const providers = objectsIn(document.providers).map((provider, index) => {
    const path = ["providers", index];
    const out = member(provider, "baseUrl", path);
    const headers = isObject(provider.headers)
      ? Object.fromEntries(
          Object.entries(provider.headers).map(([name, value]) => [name, resolve(value, [...path, "headers", name])]),
        )
      : provider.headers;
    const credentials = Array.isArray(provider.credentials)
      ? objectsIn(provider.credentials).map((one, place) => member(one, "secret", [...path, "credentials", place]))
      : provider.credentials;
    return {
      ...out,
      ...(headers !== undefined && { headers }),
      ...(credentials !== undefined && { credentials }),
    };
  });
  const keys = objectsIn(document.keys).map((key, index) => member(key, "key", ["keys", index]));
  return {
    ...document,
    ...(Array.isArray(document.providers) && { providers }),
    ...(Array.isArray(document.keys) && { keys }),
  };
}
