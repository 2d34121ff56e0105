/** How long a statement waits for another process that is writing, in milliseconds. */
export const busyTimeoutMs = 5000;

/** What every connection to the database sets. WAL is a property of the file; the rest belong to the connection. */
export const connectionPragmas = [
  `PRAGMA busy_timeout = ${busyTimeoutMs}`,
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = NORMAL",
  "PRAGMA foreign_keys = ON",
].join(";\n");
