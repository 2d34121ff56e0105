import { invalidType } from "../request-problems.ts";
import { isObject, type Json } from "./answer-format.ts";
import type { DocumentPart, Part, TextPart } from "./conversation.ts";
import { readCacheMark, readDetail, readSource } from "./openai-members.ts";
import { Members } from "./request-members.ts";

/**
 * Reads the content of a message: a text, or a list of parts. Types of parts we do not know are put into `unknown`,
 * members of parts that mean something here only into `own`.
 */
export function readChatContent(message: Members, unknown: Set<string>, own: Json): Part[] {
  const content = message.value("content");
  if (content === null) return [];
  if (typeof content === "string") return [{ kind: "text", text: content }];
  if (!Array.isArray(content)) throw invalidType(message.pathOf("content"), "a string or an array");
  const parts: Part[] = [];
  for (const part of message.each("content")) {
    const type = part.text("type") ?? "text";
    const read = readPart(type, part);
    if (!read) {
      unknown.add(type);
      continue;
    }
    parts.push(read);
    part.keepRest("messages.content", own);
  }
  return parts;
}

/** Null = of a type we do not know. */
function readPart(type: string, part: Members): Part | null {
  switch (type) {
    case "text":
      return { kind: "text", text: part.required("text"), ...readCacheMark(part) };
    case "refusal":
      return { kind: "refusal", text: part.required("refusal") };
    case "image_url": {
      const image = urlMembers(part, "image_url");
      const source = readSource(image.required("url"), "image/png");
      return { kind: "image", source, ...readDetail(image.value("detail")), ...readCacheMark(part) };
    }
    case "video_url":
      return { kind: "video", source: readSource(urlMembers(part, "video_url").required("url"), "video/mp4") };
    case "input_audio": {
      const audio = part.members("input_audio");
      return { kind: "audio", format: audio.required("format"), data: audio.required("data") };
    }
    case "file":
      return { ...readFile(part.members("file")), ...readCacheMark(part) };
    default:
      return null;
  }
}

/** Some clients put the URL where its object belongs. */
function urlMembers(part: Members, name: string): Members {
  const value = part.value(name);
  return isObject(value) ? part.members(name) : new Members({ url: value }, part.pathOf(name));
}

function readFile(file: Members): DocumentPart {
  const name = file.text("filename");
  const id = file.text("file_id");
  if (id !== null) return { kind: "document", source: { kind: "file", id }, name };
  const data = file.required("file_data");
  const isUrl = /^(?:data|https?):/i.test(data);
  const source = isUrl
    ? readSource(data, "application/pdf")
    : { kind: "base64" as const, mediaType: "application/pdf", data };
  return { kind: "document", source, name };
}

/** Only text, for places where nothing else can stand; other parts are put into `unknown`. */
export function textsOf(parts: readonly Part[], unknown: Set<string>): TextPart[] {
  const texts: TextPart[] = [];
  for (const part of parts) {
    if (part.kind === "text") texts.push(part);
    else unknown.add(part.kind);
  }
  return texts;
}
