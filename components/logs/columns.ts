/** The columns of the call log in their order. The time is always there. */
export const logColumns = [
  "outcome",
  "model",
  "endpoint",
  "group",
  "key",
  "provider",
  "status",
  "stream",
  "attempts",
  "ttft",
  "total",
  "tokens",
  "cached",
  "cost",
  "session",
  "ip",
  "agent",
  "requestId",
] as const;
export type LogColumn = (typeof logColumns)[number];

export const defaultColumns: readonly LogColumn[] = [
  "outcome",
  "model",
  "group",
  "key",
  "attempts",
  "ttft",
  "total",
  "tokens",
  "cost",
];

/** Remembers a reader's columns. */
export const columnsCookie = "logs-columns";

/** Columns as URL and cookie have them, unknown ones left out; the default where none is left. */
export function columnsOf(text: string | null | undefined): readonly LogColumn[] {
  const wanted = (text ?? "").split(".");
  const known = logColumns.filter((column) => wanted.includes(column));
  return known.length > 0 ? known : defaultColumns;
}

/** Columns as URL and cookie have them; null for the default. */
export function columnsText(columns: readonly LogColumn[]): string | null {
  const sorted = logColumns.filter((column) => columns.includes(column));
  const text = sorted.join(".");
  return text === defaultColumns.join(".") || text === "" ? null : text;
}
