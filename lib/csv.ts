/** What a spreadsheet takes for the beginning of a formula, which it would run. */
const formulaStart = /^[=+\-@\t\r]/;
const needsQuotes = /[",\r\n]|^\s|\s$/;

/**
 * One record of a CSV file, with its line end (RFC 4180). A text that a spreadsheet would run as a formula gets an
 * apostrophe in front (OWASP "CSV Injection"); numbers are written as they are, nothing as an empty field.
 */
export function csvRecord(fields: readonly (string | number | boolean | null | undefined)[]): string {
  return `${fields.map(field).join(",")}\r\n`;
}

function field(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const harmless = formulaStart.test(value) ? `'${value}` : value;
  return needsQuotes.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** `2026-11-21T05:55:00.000Z` → `20261121T055500Z` for the name of a file: no file system minds it. */
export const fileTime = (now: Date): string => now.toISOString().replace(/[-:]|\.\d+/g, "");

/** Makes a spreadsheet take the file for UTF-8; without it it takes the code page of its machine. */
export const byteOrderMark = "\uFEFF";
