import type { Json } from "./answer-format.ts";
import type { AudioPart, DocumentPart, ImagePart, MediaSource, VideoPart } from "./conversation.ts";

type MediaPart = ImagePart | DocumentPart | AudioPart | VideoPart;

const types: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  bmp: "image/bmp",
  heic: "image/heic",
  heif: "image/heif",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  html: "text/html",
  csv: "text/csv",
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
};

/** By the end of an address' path; null = it does not tell. */
function typeOfAddress(address: string): string | null {
  const extension =
    /\.([a-z0-9]+)(?:[?#]|$)/i.exec(address.replace(/^[a-z]+:\/\/[^/]*/i, ""))?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(types, extension) ? (types[extension] as string) : null;
}

/** `inlineData` of a request by its type: pictures, sound, films, texts; all else is a document. */
export function inlineMedia(mediaType: string, data: string, name: string | null): MediaPart {
  const source: MediaSource = { kind: "base64", mediaType, data };
  if (mediaType.startsWith("image/")) return { kind: "image", source };
  if (mediaType.startsWith("video/")) return { kind: "video", source };
  if (mediaType.startsWith("audio/")) return { kind: "audio", format: formatOf(mediaType), data };
  if (!mediaType.startsWith("text/")) return { kind: "document", source, name };
  return { kind: "document", source: { kind: "text", text: Buffer.from(data, "base64").toString() }, name };
}

const youtube = /^https?:\/\/((www|m)\.)?(youtube\.com|youtu\.be)\//i;

/**
 * `fileData` of a request: an address on the web, or a file stored at Google. Null = sound by its address, which only
 * Google takes.
 */
export function fileMedia(uri: string, told: string | null, name: string | null): Exclude<MediaPart, AudioPart> | null {
  const mediaType = told ?? (youtube.test(uri) ? "video/mp4" : typeOfAddress(uri));
  if (mediaType?.startsWith("audio/")) return null;
  const isStored = !/^https?:\/\//i.test(uri) || /^https?:\/\/[^/]*googleapis\.com\/.*\/?files\//i.test(uri);
  const source: MediaSource = isStored ? { kind: "file", id: uri } : { kind: "url", url: uri, mediaType: told };
  if (mediaType?.startsWith("image/")) return { kind: "image", source };
  return mediaType?.startsWith("video/") ? { kind: "video", source } : { kind: "document", source, name };
}

/** The one part that says this. A file stored elsewhere cannot be said; such calls do not come here. */
export function writeMedia(part: MediaPart): Json[] {
  if (part.kind === "audio") return [inline(`audio/${part.format}`, part.data)];
  const { source } = part;
  if (source.kind === "text") return [inline("text/plain", Buffer.from(source.text).toString("base64"))];
  if (source.kind === "base64") return [inline(source.mediaType, source.data)];
  if (source.kind === "file") return [];
  const mimeType = source.mediaType ?? (youtube.test(source.url) ? null : typeOfAddress(source.url));
  return [{ fileData: { ...(mimeType ? { mimeType } : {}), fileUri: source.url } }];
}

function inline(mimeType: string, data: string): Json {
  return { inlineData: { mimeType, data } };
}

/** Names of sound formats as OpenAI has them. */
function formatOf(mediaType: string): string {
  const subtype = mediaType.slice("audio/".length).split(";")[0]?.replace(/^x-/, "").trim() ?? "";
  if (subtype === "mpeg") return "mp3";
  return subtype === "wave" ? "wav" : subtype;
}
