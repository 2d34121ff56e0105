import { LineCounter, parseDocument } from "yaml";
import type { ConfigProblem } from "../schemas/import.ts";
import { pathText } from "../schemas/problems.ts";
import { jsonFault, repeatedNames } from "./json-fault.ts";
import { configError } from "./problems.ts";

/** A JSON or YAML text as plain values that knows where each of them stands. */
export type SourceTree = {
  value: unknown;
  /** Line of a value, counted from 1; of its nearest parent where it is missing. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
  /** Names that stand twice in one object of a JSON text, of which the last one counts. */
  repeated: readonly ConfigProblem[];
};

const deepest = 50;
const valuesMost = 2_000_000;
const aliasesMost = 100;
/** YAML is read by a slow parser that needs hundreds of bytes for each character. */
const yamlCharactersMost = 2_000_000;
/** Finding lines costs a second reading by that parser. */
const charactersForLines = 2_000_000;
const repeatedMost = 100;
const reservedMembers = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads JSON, or with `yaml` also YAML 1.2. What could hurt is refused with its place: deeper than 50 levels, more than
 * 100 aliases, YAML of more than two million characters, names that mean something to JavaScript, a name twice (YAML). Messages quote nothing of the text, which
 * holds secrets.
 */
export function readTree(content: Buffer, syntax: "json" | "yaml" = "yaml"): Read {
  // To find out which format a file has, each of them looks at the same bytes.
  const known = alreadyRead.get(content) ?? {};
  known[syntax] ??= readOnce(content, syntax);
  alreadyRead.set(content, known);
  return known[syntax];
}

type Read = { tree: SourceTree } | { problem: ConfigProblem };
const alreadyRead = new WeakMap<Buffer, { json?: Read; yaml?: Read }>();

function readOnce(content: Buffer, syntax: "json" | "yaml"): Read {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return { problem: configError("not_utf8", "This is not UTF-8 text.") };
  }
  if (text.trim() === "") return { problem: configError("nothing_in_it", "There is nothing in it.") };
  const read = readValue(text, syntax);
  if ("problem" in read) return read;
  const lines = lazyLines(text);
  const wrong = structureProblem(read.value);
  if (wrong) return { problem: { ...wrong.problem, line: lines(wrong.path) } };
  return { tree: { value: read.value, lineOf: lines, repeated: read.repeated } };
}

type Value = { value: unknown; repeated: ConfigProblem[] };

function readValue(text: string, syntax: "json" | "yaml"): Value | { problem: ConfigProblem } {
  try {
    return { value: JSON.parse(text), repeated: repeatedNames(text).slice(0, repeatedMost).map(repeatedProblem) };
  } catch {
    // A text that begins like JSON is meant as JSON, unless YAML can make sense of it (a comment, a comma too much).
    const likeJson = /^\s*[[{]/.test(text);
    if (syntax === "json" || (likeJson && text.length > yamlCharactersMost)) return { problem: jsonProblem(text) };
    const asYaml = readYaml(text);
    return "value" in asYaml || !likeJson ? asYaml : { problem: jsonProblem(text) };
  }
}

function jsonProblem(text: string): ConfigProblem {
  const fault = jsonFault(text) ?? text.length;
  const before = fault === text.length ? text.trimEnd() : text.slice(0, fault);
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  return configError("unreadable", `Not valid JSON at line ${line}, column ${column}.`, {
    line,
    params: { line, column },
  });
}

function repeatedProblem({ name, line }: { name: string; line: number }): ConfigProblem {
  const path = name.slice(0, 100);
  return { ...configError("duplicate", `"${path}" stands here twice.`, { line, params: { value: path } }), path };
}

function readYaml(text: string): Value | { problem: ConfigProblem } {
  if (text.length > yamlCharactersMost)
    return {
      problem: configError("yaml_too_large", "YAML may be 2 MB at most; JSON may be 8 MB.", {
        params: { maximum: yamlCharactersMost / 1_000_000 },
      }),
    };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: "error",
  });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    if (error.code === "RESOURCE_EXHAUSTION") return { problem: tooDeep() };
    return {
      problem: configError("unreadable", `Not valid YAML at line ${line}, column ${col}.`, {
        line,
        params: { line, column: col },
      }),
    };
  }
  try {
    return { value: document.toJS({ maxAliasCount: aliasesMost }) as unknown, repeated: [] };
  } catch (thrown) {
    if (thrown instanceof ReferenceError && thrown.message.startsWith("Excessive alias count"))
      return {
        problem: configError("too_many_aliases", `At most ${aliasesMost} aliases.`, {
          params: { maximum: aliasesMost },
        }),
      };
    return { problem: configError("unreadable", "This YAML has no plain value.", { params: { line: 1, column: 1 } }) };
  }
}

const tooDeep = () =>
  configError("too_deep", `It nests deeper than ${deepest} levels.`, { params: { maximum: deepest } });

/** The first thing in a plain value that a configuration never needs; null = none. */
export function structureProblem(value: unknown): { problem: ConfigProblem; path: PropertyKey[] } | null {
  const open: { value: unknown; path: PropertyKey[] }[] = [{ value, path: [] }];
  let count = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: one, path } = next;
    if (++count > valuesMost)
      return { problem: configError("too_large", "Too many values.", { params: { maximum: valuesMost } }), path: [] };
    if (one === null || typeof one !== "object") continue;
    if (path.length >= deepest) return { problem: tooDeep(), path };
    if (Array.isArray(one)) {
      one.forEach((item, index) => {
        open.push({ value: item, path: [...path, index] });
      });
      continue;
    }
    for (const [name, item] of Object.entries(one)) {
      const at = [...path, name];
      if (reservedMembers.has(name)) {
        const told = { path: pathText(at), params: { name } };
        return { problem: configError("reserved_member", `"${name}" cannot be the name of anything.`, told), path: at };
      }
      open.push({ value: item, path: at });
    }
  }
  return null;
}

function lazyLines(text: string): SourceTree["lineOf"] {
  let known: { document: ReturnType<typeof parseDocument>; lines: LineCounter } | null = null;
  return (path) => {
    if (text.length > charactersForLines) return undefined;
    if (!known) {
      const lines = new LineCounter();
      known = { document: parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" }), lines };
    }
    for (let length = path.length; length >= 0; length--) {
      const node = known.document.getIn(path.slice(0, length), true) as { range?: [number, number, number] | null };
      if (node?.range) return known.lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
}
