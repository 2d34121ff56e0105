import { configError, pathKeys } from "../problems.ts";
import type { ConfigReader, Origin } from "../reader.ts";
import { readTree, type SourceTree } from "../source-lines.ts";

/** Reads our own document, as JSON or YAML. Its fields are checked by the engine. */
export const readSluice: ConfigReader = ({ content }) => {
  const read = readTree(content);
  if ("problem" in read) return { document: null, problems: [read.problem], notes: [] };
  const { value } = read.tree;
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    const problem = configError("not_this_format", "A configuration is an object with providers, groups, keys ….");
    return { document: null, problems: [problem], notes: [] };
  }
  if (read.tree.repeated.length > 0) return { document: null, problems: [...read.tree.repeated], notes: [] };
  return { document: value, problems: [], notes: [], origins: originsOf(read.tree) };
};

/** The document's words are the source's; only the lines are added, and looked up only when something is wrong. */
function originsOf(tree: SourceTree): ReadonlyMap<string, Origin> {
  return {
    get: (path: string) => (path === "" ? undefined : { path, line: tree.lineOf(pathKeys(path)) }),
  } as ReadonlyMap<string, Origin>;
}
