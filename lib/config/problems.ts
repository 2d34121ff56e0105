import type { ConfigNote, ConfigNoteCode, ConfigProblem, ConfigProblemCode } from "../schemas/import.ts";
import { pathText } from "../schemas/problems.ts";
import type { Origin } from "./reader.ts";

type Params = ConfigProblem["params"];

/** More would help nobody, and a hostile document could make millions. */
const most = 200;

/** An error of a document as a whole, or at a place a reader names itself. */
export function configError(
  code: ConfigProblemCode,
  message: string,
  more: { path?: string; line?: number; params?: Params } = {},
): ConfigProblem {
  return {
    severity: "error",
    code,
    params: more.params ?? {},
    path: more.path ?? "",
    ...(more.line !== undefined && { line: more.line }),
    message,
  };
}

export function configNote(
  code: ConfigNoteCode,
  message: string,
  params: ConfigNote["params"] = {},
  path?: string,
): ConfigNote {
  return { code, params, ...(path !== undefined && { path }), message };
}

/** `providers[0].name` → its parts. Names with dots (of headers) fall apart, and are found by their parent then. */
export function pathKeys(path: string): PropertyKey[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}

export const hasErrors = (problems: readonly ConfigProblem[]): boolean =>
  problems.some(({ severity }) => severity === "error");

/** Collects problems by their place in the document, and tells them in the words of the source it was read from. */
export class ProblemList {
  readonly problems: ConfigProblem[] = [];
  readonly #origins: ReadonlyMap<string, Origin>;

  constructor(origins: ReadonlyMap<string, Origin> = new Map()) {
    this.#origins = origins;
  }

  error(path: readonly PropertyKey[], code: ConfigProblemCode, message: string, params: Params = {}): void {
    if (this.problems.length >= most) return;
    const { path: told, line } = this.placeOf(path);
    this.problems.push(configError(code, message, { path: told, line, params }));
  }

  /** The longest known beginning of the path, in the words of the source, and the rest as it is. */
  placeOf(path: readonly PropertyKey[]): Origin {
    for (let length = path.length; length > 0; length--) {
      const origin = this.#origins.get(pathText(path.slice(0, length)));
      if (!origin) continue;
      const rest = pathText(path.slice(length));
      return {
        path: rest ? `${origin.path}${rest.startsWith("[") ? "" : "."}${rest}` : origin.path,
        line: origin.line,
      };
    }
    return { path: pathText(path) };
  }
}
