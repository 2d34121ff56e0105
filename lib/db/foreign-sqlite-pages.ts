/**
 * Looks at the pages of a SQLite file without SQLite (https://sqlite.org/fileformat2.html), to know before SQLite opens
 * it that reading one of its tables ends: no page belongs to it twice, none lies outside of the file.
 */

/** Why a file cannot be read as a database. */
export type PageProblem = "not_a_database" | "damaged";

export const sqliteMagic = Buffer.from("SQLite format 3\0", "latin1");

const leafTable = 0x0d;
const innerTable = 0x05;
/** SQLite itself goes no deeper. */
const deepest = 20;

export type Pages = { content: Buffer; size: number; usable: number; count: number };

/** Page size and number of a database; a problem for anything that has none. */
export function pagesOf(content: Buffer): Pages | PageProblem {
  if (!content.subarray(0, sqliteMagic.length).equals(sqliteMagic)) return "not_a_database";
  if (content.length < 512) return "damaged";
  const told = content.readUInt16BE(16);
  const size = told === 1 ? 65_536 : told;
  const usable = size - (content[20] ?? 0);
  if (size < 512 || (size & (size - 1)) !== 0 || usable < 480) return "damaged";
  const count = Math.floor(content.length / size);
  // The number of pages in the header counts when the file was last changed by a version that keeps it.
  const kept = content.readUInt32BE(24) === content.readUInt32BE(92);
  if (count === 0 || (kept && content.readUInt32BE(28) > count)) return "damaged";
  return { content, size, usable, count };
}

/** Walks the table that begins on a page. Ends after each page of the file was seen once. */
export function tablePagesProblem(pages: Pages, root: number): PageProblem | null {
  const walk = new TableWalk(pages);
  return walk.visit(root, 0) ? null : "damaged";
}

class TableWalk {
  readonly #pages: Pages;
  readonly #seen = new Set<number>();

  constructor(pages: Pages) {
    this.#pages = pages;
  }

  visit(page: number, depth: number): boolean {
    const { content, size } = this.#pages;
    if (depth > deepest || !this.#take(page)) return false;
    const start = (page - 1) * size;
    const header = page === 1 ? 100 : 0;
    const kind = content[start + header];
    if (kind !== leafTable && kind !== innerTable) return false;
    const cells = content.readUInt16BE(start + header + 3);
    const pointers = header + (kind === innerTable ? 12 : 8);
    if (pointers + cells * 2 > size) return false;
    for (let i = 0; i < cells; i++) {
      const cell = content.readUInt16BE(start + pointers + i * 2);
      if (cell + 4 > size || cell < pointers) return false;
      const fine =
        kind === innerTable ? this.visit(content.readUInt32BE(start + cell), depth + 1) : this.#row(start, cell);
      if (!fine) return false;
    }
    return kind === leafTable || this.visit(content.readUInt32BE(start + header + 8), depth + 1);
  }

  #take(page: number): boolean {
    if (page < 1 || page > this.#pages.count || this.#seen.has(page)) return false;
    this.#seen.add(page);
    return true;
  }

  /** A row whose end lies on further pages; each of those belongs to it alone. */
  #row(start: number, cell: number): boolean {
    const { content, size, usable } = this.#pages;
    const payload = varint(content, start + cell, start + size);
    const key = payload && varint(content, payload.end, start + size);
    if (!payload || !key || payload.value > content.length) return false;
    const most = usable - 35;
    if (payload.value <= most) return key.end + payload.value <= start + size;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = least + ((payload.value - least) % (usable - 4));
    const here = fitting <= most ? fitting : least;
    if (key.end + here + 4 > start + size) return false;
    let next = content.readUInt32BE(key.end + here);
    for (let left = payload.value - here; left > 0; left -= usable - 4) {
      if (!this.#take(next)) return false;
      next = content.readUInt32BE((next - 1) * size);
    }
    return true;
  }
}

/** A number of one to nine bytes; values over 2^53 are no size of anything here and lose their last digits. */
function varint(content: Buffer, from: number, end: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = content[from + i];
    if (byte === undefined || from + i >= end) return null;
    if (i === 8) return { value: value * 256 + byte, end: from + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: from + i + 1 };
  }
  return null;
}
