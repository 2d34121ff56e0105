const space = /[ \t\n\r]*/y;
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

type Expecting = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "end of text";

/**
 * Where a text stops being JSON (RFC 8259): the offset of the first part that cannot stand there, or the text's length
 * where it ends too early. Null = it is JSON. For telling a person the line, which JSON.parse does not always name.
 */
export function jsonFault(text: string): number | null {
  const open: ("{" | "[")[] = [];
  let expecting: Expecting = "value";
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found !== null;
  };
  const takeString = (): boolean => {
    const end = endOfString(text, at);
    if (end !== null) at = end;
    return end !== null;
  };
  const afterValue = (): Expecting => (open.length === 0 ? "end of text" : "comma or end");

  for (;;) {
    take(space);
    const sign = text[at];
    if (sign === undefined) return expecting === "end of text" ? null : text.length;
    const start = at;
    if (expecting === "end of text") return start;
    if (expecting === "colon") {
      if (sign !== ":") return start;
      at++;
      expecting = "value";
    } else if (sign === (open.at(-1) === "{" ? "}" : "]") && /end/.test(expecting)) {
      open.pop();
      at++;
      expecting = afterValue();
    } else if (expecting === "comma or end") {
      if (sign !== ",") return start;
      at++;
      expecting = open.at(-1) === "{" ? "key" : "value";
    } else if (expecting === "key" || expecting === "key or end") {
      if (!takeString()) return start;
      expecting = "colon";
    } else if (sign === "{" || sign === "[") {
      open.push(sign);
      at++;
      expecting = sign === "{" ? "key or end" : "value or end";
    } else {
      if (!takeString() && !take(scalar)) return start;
      expecting = afterValue();
    }
  }
}

/** Where a string that begins at `start` ends, its closing quote included; null = there is none, or it is broken. */
function endOfString(text: string, start: number): number | null {
  if (text[start] !== '"') return null;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return null;
    if (code !== 0x5c) continue;
    const escaped = text[++at] ?? "";
    if (escaped === "u") {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) return null;
      at += 4;
    } else if (!'"\\/bfnrt'.includes(escaped) || escaped === "") return null;
  }
  return null;
}

/**
 * Names that an object of a JSON text has more than once, each with the line it comes again on: a parser takes the last
 * and says nothing. The text must be JSON.
 */
export function repeatedNames(text: string): { name: string; line: number }[] {
  const found: { name: string; line: number }[] = [];
  const open: (Set<string> | null)[] = [];
  let nameNext = false;
  let line = 1;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "\n") line++;
    else if (sign === "{" || sign === "[") {
      open.push(sign === "{" ? new Set() : null);
      nameNext = sign === "{";
    } else if (sign === "}" || sign === "]") {
      open.pop();
      nameNext = false;
    } else if (sign === ",") nameNext = open.at(-1) !== null;
    else if (sign === '"') {
      const end = endOfString(text, at) ?? text.length;
      const names = open.at(-1);
      if (nameNext && names) {
        const name = JSON.parse(text.slice(at, end)) as string;
        if (names.has(name)) found.push({ name, line });
        names.add(name);
        nameNext = false;
      }
      at = end - 1;
    }
  }
  return found;
}
