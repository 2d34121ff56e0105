import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundled } from "../catalogue/catalogue.ts";
import { createLogger } from "../logger.ts";
import { CatalogueReader } from "./price-catalogue.ts";

let folder: string;
let path: string;
let logged: { level: string; msg: string }[];
let now: number;
let reader: CatalogueReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-prices-"));
  path = join(folder, "prices.json");
  logged = [];
  now = 1000;
  const logger = createLogger("info", { write: (line) => void logged.push(JSON.parse(line)) });
  reader = new CatalogueReader(path, { logger, now: () => now });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const openai = "https://api.openai.com/v1";
let writes = 0;

function write(content: unknown): void {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  // Two writes in one tick of a coarse file clock must still look different.
  utimesSync(path, ++writes, writes);
}

function prices(input: string) {
  return {
    date: "2026-01-31",
    currency: "USD",
    entries: [{ vendor: "openai", models: ["gpt-4o"], input, output: "9" }],
  };
}

async function inputPrice(): Promise<string | null | undefined> {
  return (await reader.current()).catalogue.match(openai, "gpt-4o")?.inputPrice;
}

const unusable: [string, unknown, string][] = [
  ["not JSON", "{ oops", "not_json"],
  ["empty", "", "not_json"],
  ["an array", [], "invalid"],
  ["without a date", { currency: "USD", entries: [] }, "invalid"],
  ["in another currency", { ...prices("1"), currency: "EUR" }, "invalid"],
  ["with a negative price", prices("-1"), "invalid"],
  ["huge", `${" ".repeat(4 * 1024 * 1024 + 1)}`, "too_large"],
];

describe("a price file", () => {
  it("that is not named leaves the bundled prices alone", async () => {
    const none = new CatalogueReader(null, { logger: createLogger("info") });
    expect(await none.current()).toMatchObject({ problem: null, lastGoodAtMs: null, catalogue: { source: "bundled" } });
  });

  it("is in use with the next question after it was written, changed or put there", async () => {
    expect(await inputPrice()).toBe("2.5");
    write(prices("1"));
    expect(await inputPrice()).toBe("1");
    now = 2000;
    write(prices("3"));
    expect(await inputPrice()).toBe("3");
    expect(await reader.current()).toMatchObject({ problem: null, lastGoodAtMs: 2000 });
  });

  it.each(unusable)("that is %s keeps the last good prices and says so", async (_name, content, code) => {
    write(prices("1"));
    await reader.current();
    write(content);
    now = 5000;
    expect(await inputPrice()).toBe("1");
    expect(await reader.current()).toMatchObject({
      problem: { code },
      lastGoodAtMs: 1000,
      catalogue: { source: "file" },
    });
    const warnings = logged.filter(({ level }) => level === "WARN");
    expect(warnings).toMatchObject([{ problem: { code } }]);
    write(prices("4"));
    expect(await inputPrice()).toBe("4");
    expect(await reader.current()).toMatchObject({ problem: null, lastGoodAtMs: 5000 });
    expect(logged.at(-1)?.msg).toBe("the price catalogue can be used again");
  });

  it.each(unusable)("that is %s from the start leaves the bundled prices in use", async (_name, content, code) => {
    write(content);
    const { catalogue, problem, lastGoodAtMs } = await reader.current();
    expect(problem?.code).toBe(code);
    expect(catalogue).toMatchObject({ source: "bundled", date: bundled.date });
    expect(lastGoodAtMs).toBeNull();
  });

  it("that goes away or becomes a folder keeps the last good prices", async () => {
    write(prices("1"));
    await reader.current();
    rmSync(path);
    expect(await reader.current()).toMatchObject({ problem: { code: "missing" } });
    mkdirSync(path);
    expect(await reader.current()).toMatchObject({ problem: { code: "not_a_file" } });
    expect(await inputPrice()).toBe("1");
  });

  it("says which member is wrong, without repeating the whole file", async () => {
    write({
      ...prices("1"),
      entries: Array.from({ length: 50 }, () => ({ vendor: "x", models: ["m"], input: "cheap" })),
    });
    const { problem } = await reader.current();
    expect(problem?.message).toMatch(/^entries\.0\.input: .*; and 47 more$/);
  });

  it("is read once however many ask, and not again while it stays as it is", async () => {
    write(prices("1"));
    const [first, second] = await Promise.all([reader.current(), reader.current()]);
    expect(first.catalogue).toBe(second?.catalogue);
    expect((await reader.current()).catalogue).toBe(first.catalogue);
    chmodSync(path, 0o600);
    expect(await inputPrice()).toBe("1");
  });
});
