import { SluiceError } from "../errors.ts";

const megabyte = 1_048_576;
const maxDepth = 100;

/** How deep a JSON text nests, counted without parsing it: brackets outside of strings. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (code === 0x5b || code === 0x7b) {
      deepest = Math.max(deepest, ++depth);
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return deepest;
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const most = maxBytes / megabyte;
  const tooLarge = () => new SluiceError("request_too_large", `This management request may be ${most} MB at most.`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  if (!request.body) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  let text = "";
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (cause) {
    if (cause instanceof TypeError) throw new SluiceError("invalid_json", "The body is not UTF-8 text.", { cause });
    throw cause;
  }
}

/**
 * The JSON body of a management request; an absent one reads as `{}`.
 * @throws SluiceError `unsupported_media_type`, `request_too_large` (over `maxBytes`, 1 MB unless told), `json_too_complex` (deeper than 100),
 * `invalid_json`.
 */
export async function readJsonBody(request: Request, maxBytes: number = megabyte): Promise<unknown> {
  const type = request.headers.get("content-type");
  if (type !== null && !isJsonType(type)) {
    throw new SluiceError("unsupported_media_type", "Send the body as application/json.");
  }
  const text = await readText(request, maxBytes);
  if (text.trim() === "") return {};
  if (jsonDepth(text) > maxDepth) throw new SluiceError("json_too_complex", "The body nests deeper than 100 levels.");
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new SluiceError("invalid_json", "The body is not valid JSON.", { cause });
  }
}

/** `application/json`, with or without parameters. */
export function isJsonType(contentType: string | null): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType?.trim() ?? "");
}
