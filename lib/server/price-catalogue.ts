import { readFile, stat } from "node:fs/promises";
import { PriceCatalogue } from "../catalogue/catalogue.ts";
import { pageOf } from "../db/page.ts";
import type { Logger } from "../logger.ts";
import { logger } from "../logger.ts";
import type { ListedModel, ModelList } from "../schemas/listed-models.ts";
import {
  type CatalogueMatch,
  type CatalogueProblem,
  type OfferedModels,
  PriceCatalogueFile,
  type PriceCatalogueQuery,
  type PriceCatalogueView,
} from "../schemas/price-catalogue.ts";
import { environment } from "./runtime.ts";

/** Twenty thousand entries, ten times what an aggregator lists. */
const fileBytesMost = 4 * 1024 * 1024;
const shownIssues = 3;

export type CatalogueState = {
  catalogue: PriceCatalogue;
  problem: CatalogueProblem | null;
  lastGoodAtMs: number | null;
};

/**
 * Reads prices of one's own from a file and again whenever that changes. What cannot be used (gone, too large,
 * malformed, a negative price) is said in the log once and in `problem`; the last good prices stay, at first the bundled
 * ones. Without a path there is nothing but these.
 */
export class CatalogueReader {
  readonly #path: string | null;
  readonly #logger: Logger;
  readonly #now: () => number;
  #state: CatalogueState = { catalogue: new PriceCatalogue(), problem: null, lastGoodAtMs: null };
  /** What the file looked like when it was read last. */
  #seen: string | null = null;
  #reading: Promise<void> | null = null;

  constructor(path: string | null, options: { logger: Logger; now?: () => number }) {
    this.#path = path;
    this.#logger = options.logger;
    this.#now = options.now ?? Date.now;
  }

  /** The prices in use now. Never rejects. */
  async current(): Promise<CatalogueState> {
    if (this.#path === null) return this.#state;
    this.#reading ??= this.#refresh(this.#path).finally(() => {
      this.#reading = null;
    });
    await this.#reading;
    return this.#state;
  }

  async #refresh(path: string): Promise<void> {
    try {
      const file = await stat(path, { bigint: true });
      const looks = [file.dev, file.ino, file.size, file.mtimeNs, file.ctimeNs].join(":");
      if (looks === this.#seen) return;
      this.#seen = looks;
      const read = await readCatalogue(path, file);
      if ("code" in read) return this.#report(read);
      if (this.#state.problem) this.#logger.info("the price catalogue can be used again");
      this.#state = { catalogue: new PriceCatalogue(read), problem: null, lastGoodAtMs: this.#now() };
    } catch (error) {
      this.#seen = null;
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      this.#report(
        code === "ENOENT"
          ? { code: "missing", message: "There is no such file." }
          : { code: "unreadable", message: `It cannot be read (${code}).` },
      );
    }
  }

  #report(problem: CatalogueProblem): void {
    const before = this.#state.problem;
    this.#state = { ...this.#state, problem };
    if (before?.code === problem.code && before.message === problem.message) return;
    this.#logger.warn({ problem }, "the price catalogue cannot be used; the last good prices stay");
  }
}

async function readCatalogue(
  path: string,
  file: { size: bigint; isFile(): boolean },
): Promise<PriceCatalogueFile | CatalogueProblem> {
  if (!file.isFile()) return { code: "not_a_file", message: "It is not a file." };
  if (file.size > fileBytesMost)
    return { code: "too_large", message: `It has ${file.size} bytes; at most ${fileBytesMost} are read.` };
  const text = await readFile(path, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return { code: "not_json", message: `It is not JSON: ${(error as Error).message.slice(0, 200)}` };
  }
  const parsed = PriceCatalogueFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const shown = issues.slice(0, shownIssues).map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
  if (issues.length > shownIssues) shown.push(`and ${issues.length - shownIssues} more`);
  return { code: "invalid", message: shown.join("; ").slice(0, 1000) };
}

/** On globalThis, because Next loads its own copy of this module beside the server's. */
const slotKey = Symbol.for("sluice.price-catalogue");
const slot = globalThis as typeof globalThis & { [slotKey]?: { path: string | null; reader: CatalogueReader } };

function reader(): CatalogueReader {
  const path = environment().priceCatalogue;
  if (slot[slotKey]?.path !== path) slot[slotKey] = { path, reader: new CatalogueReader(path, { logger: logger() }) };
  return slot[slotKey].reader;
}

/** A page of the prices in use, with where they come from and what is wrong with the file. */
export async function showPriceCatalogue(query: PriceCatalogueQuery): Promise<PriceCatalogueView> {
  const { catalogue, problem, lastGoodAtMs } = await reader().current();
  const rows = catalogue.entries.map((entry, index) => ({ id: String(index), order: index, entry }));
  const page = pageOf(rows, query, {
    sort: "order",
    texts: ({ entry }) => [entry.vendor, ...entry.models],
    values: { order: ({ order }) => order },
  });
  return {
    items: page.items.map(({ entry }) => entry),
    nextCursor: page.nextCursor,
    total: page.total ?? rows.length,
    date: catalogue.date,
    currency: "USD",
    source: catalogue.source,
    note: catalogue.note,
    problem,
    lastGoodAt: lastGoodAtMs === null ? null : new Date(lastGoodAtMs).toISOString(),
  };
}

/** The day the prices in use were looked up, as the epoch milliseconds of its beginning in UTC. */
export async function catalogueDateMs(): Promise<number> {
  return Date.parse((await reader().current()).catalogue.date);
}

/** Finds the catalogue's price of a listed model, by the prices in use now. */
export async function priceMatcher(baseUrl: string): Promise<(model: ListedModel) => CatalogueMatch | null> {
  const { catalogue } = await reader().current();
  return ({ id, base }) => catalogue.match(baseUrl, id) ?? (base === null ? null : catalogue.match(baseUrl, base));
}

/** A provider's own models, each with what the catalogue has for it. */
export async function withPrices(baseUrl: string, list: ModelList): Promise<OfferedModels> {
  const match = await priceMatcher(baseUrl);
  const { catalogue, problem } = await reader().current();
  const { date, source } = catalogue;
  return {
    items: list.models.map((model) => ({ ...model, match: match(model) })),
    nextCursor: null,
    total: list.models.length,
    complete: list.complete,
    catalogue: { date, source, problem },
  };
}
