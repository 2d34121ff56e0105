import type { ImportMode, ImportReport } from "@/lib/schemas/import";

/** What is to be read: typed or pasted, or a file as it is. */
export type Source = { kind: "text"; text: string } | { kind: "file"; name: string; size: number; base64: string };

export const emptySource: Source = { kind: "text", text: "" };

export const isEmpty = (source: Source): boolean =>
  source.kind === "text" ? source.text.trim() === "" : source.size === 0;

/** The part of a request that carries the document. */
export function contentOf(source: Source): { content: string } | { contentBase64: string } {
  return source.kind === "text" ? { content: source.text } : { contentBase64: source.base64 };
}

const chunk = 0x8000;

/** A file's bytes in base64; in pieces, because a call takes only so many arguments. */
export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += chunk)
    text += String.fromCharCode(...bytes.subarray(start, start + chunk));
  return btoa(text);
}

export async function sourceOf(file: File): Promise<Source> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { kind: "file", name: file.name, size: bytes.length, base64: base64Of(bytes) };
}

/** Whether there is anything to apply: nothing is wrong, and something would change. */
export function canApply({ problems, added, changed, removed }: ImportReport): boolean {
  return problems.every(({ severity }) => severity !== "error") && added.length + changed.length + removed.length > 0;
}

export type Choice = { format: string; mode: ImportMode; options: Record<string, string> };
