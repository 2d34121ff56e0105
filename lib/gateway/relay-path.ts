import { SluiceError } from "../errors.ts";

/** Where keys stand in a query, for clients that put them there; they are for us, never for an upstream. */
const keyParameters = new Set(["key", "api_key", "api-key", "apikey", "access_token"]);

/**
 * A path that may be appended to a provider's base URL: what it names is what stands there, however it is decoded.
 * Throws invalid_path.
 */
export function checkRelayPath(path: string): void {
  const isPlain =
    /^(\/[\w\-.~!$&'()*+,=:@%]+)+$/.test(path) &&
    // Nor what a second decoding on the way would make a slash or a dot of.
    !/%(2f|5c|2e|25|[01][0-9a-f]|7f)/i.test(path) &&
    // Letters and digits in disguise: a path that we know must not go by as one that we do not (RFC 3986 §6.2.2.2).
    !/%(3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]|2d|5f|7e)/i.test(path) &&
    !path.split("/").some((segment) => segment === "." || segment === "..") &&
    isDecodable(path);
  if (!isPlain)
    throw new SluiceError("invalid_path", "The path holds segments that are empty, relative or encoded slashes.");
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}

type Pair = { name: string; value: string; raw: string };

function pairsOf(form: string): Pair[] {
  return form
    .split("&")
    .filter((raw) => raw !== "")
    .map((raw) => {
      const at = raw.indexOf("=");
      const name = at === -1 ? raw : raw.slice(0, at);
      return { name: decode(name), value: at === -1 ? "" : decode(raw.slice(at + 1)), raw };
    });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** The one `model` of a query or of a urlencoded form; undefined where there is none. Throws invalid_type for several. */
export function modelIn(form: string): string | undefined {
  if (form === "") return undefined;
  const [first, second] = pairsOf(form).filter(({ name }) => name === "model");
  if (second) throw new SluiceError("invalid_type", "`model` is given more than once.", { param: "model" });
  return first?.value;
}

/** The same form with another model (null = without one), every other pair as it came. */
export function withModel(form: string, model: string | null): string {
  return pairsOf(form)
    .filter(({ name }) => model !== null || name !== "model")
    .map(({ name, raw }) => (name === "model" && model !== null ? `model=${encodeURIComponent(model)}` : raw))
    .join("&");
}

/** A query as an upstream may see it. */
export function withoutKeys(query: string): string {
  return pairsOf(query)
    .filter(({ name }) => !keyParameters.has(name.toLowerCase()))
    .map(({ raw }) => raw)
    .join("&");
}
