import type { PartialConfig } from "../schemas/config.ts";
import type { ConfigNote, ConfigProblem } from "../schemas/import.ts";

/** What a reader gets: the bytes as they are, the environment for its own look-ups, and what the format asked for. */
export type ReaderInput = {
  content: Buffer;
  env: Readonly<Record<string, string | undefined>>;
  options: Readonly<Record<string, string>>;
};

/** Where in the source a part of the document comes from. */
export type Origin = { path: string; line?: number };

/**
 * What a reader found. `document` is plain and unchecked; the engine checks it, resolves `${NAME}` in secrets, keys,
 * headers and addresses, and reports what is wrong under the path and line that `origins` gives. `document` is null
 * when nothing could be read; `problems` then say why.
 */
export type ReaderResult = {
  document: PartialConfig | null;
  problems: ConfigProblem[];
  notes: ConfigNote[];
  /** Path in the document (`providers[0]`, `groups[2].members[1]`) → place in the source. The longest match counts. */
  origins?: ReadonlyMap<string, Origin>;
};

/** Reads one format. Does nothing else: no database, no network, no clock. It never throws for bad content. */
export type ConfigReader = (input: ReaderInput) => ReaderResult | Promise<ReaderResult>;
