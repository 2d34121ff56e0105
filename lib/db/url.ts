import { resolve } from "node:path";

/**
 * The absolute path of the SQLite file a `file:` URL (or a bare path) names, relative to the folder the program runs
 * in.
 * @throws RangeError for any other scheme.
 */
export function databasePath(url: string): string {
  const path = url.replace(/^file:(\/\/(?=\/))?/, "");
  if (/^[a-z][a-z0-9+.-]+:/i.test(path) || path === "") {
    throw new RangeError("The database URL must be a file: URL or a path.");
  }
  return resolve(/* turbopackIgnore: true */ process.cwd(), path.replace(/\?.*$/, ""));
}
