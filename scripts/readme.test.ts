import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, test } from "vitest";
import { parseEnvironment, variableNames } from "../lib/env.ts";

const root = path.resolve(import.meta.dirname, "..");
const read = (name: string) => readFileSync(path.join(root, name), "utf8");

/** Each README and what it calls its own language. */
const languages = {
  "README.md": "English",
  "README.zh-CN.md": "简体中文",
  "README.zh-TW.md": "繁體中文",
  "README.ja.md": "日本語",
  "README.ko.md": "한국어",
};
const translations = Object.keys(languages).filter((name) => name !== "README.md");

type Outline = {
  /** Levels of the headings, in order. */
  headings: number[];
  /** Blocks of code, without what follows a `#` in them. */
  code: string[];
  /** Each table: its rows, and the cells of each. */
  tables: number[][];
  /** Where links lead, in order; those to the other languages apart. */
  links: string[];
  /** Words in backticks, sorted: commands, paths, names. */
  terms: string[];
};

function outlineOf(name: string): Outline {
  const text = read(name);
  const code: string[] = [];
  const prose = text.replaceAll(/^```(\w*)\n([\s\S]*?)^```$/gm, (_, language: string, body: string) => {
    code.push(`${language}\n${body.replaceAll(/ +# .*$/gm, "")}`);
    return "";
  });
  const tables: number[][] = [];
  let inside = false;
  for (const line of prose.split("\n")) {
    const row = line.startsWith("|");
    if (row && !inside) tables.push([]);
    if (row) tables.at(-1)?.push(line.replaceAll(/`[^`]*`/g, "").split("|").length - 2);
    inside = row;
  }
  return {
    headings: [...prose.matchAll(/^(#+) /gm)].map(([, signs = ""]) => signs.length),
    code,
    tables,
    links: [...prose.matchAll(/\]\(([^)]+)\)|<(https?:[^>]+)>/g)]
      .map(([, target, address]) => target ?? address ?? "")
      .filter((target) => !Object.hasOwn(languages, target))
      .sort(),
    terms: [...prose.matchAll(/`([^`]+)`/g)].map(([, term = ""]) => term).sort(),
  };
}

describe("the README", () => {
  const english = outlineOf("README.md");

  test.each(Object.entries(languages))(
    "N2: %s leads to the others from its top, under their own names",
    (name, own) => {
      const top = read(name).split("\n").slice(0, 5).join("\n");
      expect(top).toMatch(/^# Sluice$/m);
      for (const [file, label] of Object.entries(languages))
        if (file !== name) expect(top).toContain(`[${label}](${file})`);
      expect(top).toContain(own);
      expect(top).not.toContain(`(${name})`);
    },
  );

  test.each(translations)("N2: %s says what the English one says: headings, code, tables, links, names", (name) => {
    const translated = outlineOf(name);
    expect(translated.headings).toEqual(english.headings);
    expect(translated.code).toEqual(english.code);
    expect(translated.tables).toEqual(english.tables);
    expect(translated.links).toEqual(english.links);
    expect(translated.terms).toEqual(english.terms);
  });

  test.each(Object.keys(languages))("N2: every file that %s links to exists", (name) => {
    const files = outlineOf(name).links.filter((target) => !target.startsWith("http"));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) expect(existsSync(path.join(root, file.replace(/#.*$/, ""))), file).toBe(true);
  });

  test.each(Object.keys(languages))("every picture that %s shows exists, and has words in its place", (name) => {
    const text = read(name);
    const files = [...text.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, file = ""]) => file);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(existsSync(path.join(root, file)), file).toBe(true);
    for (const [image] of text.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/ alt="[^"]{10,}"/);
  });

  test("N27, N28, N32, P16, C4: says what is needed and starts with one command on port 3000, which exists", () => {
    const start = english.code.find((block) => block.includes("npm start")) ?? "";
    const { scripts, engines } = JSON.parse(read("package.json")) as {
      scripts: Record<string, string>;
      engines: { node: string };
    };
    expect(start.trim().split("\n").slice(1)).toEqual(["npm start", "npm test"]);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["start", "test"]));
    expect(read("README.md")).toContain(`Node ${engines.node.replace(/\D+/g, "")} that Sluice runs on`);
    expect(read("README.md")).toContain("<http://localhost:3000>");
    expect(parseEnvironment({}).port).toBe(3000);
  });

  test("P1, G1, N1: names the three products whose place Sluice takes, and leads to how one moves in", () => {
    for (const name of ["NiceAPI", "AI API Gateway", "API Proxy"]) {
      expect(read("README.md")).toContain(`| ${name} |`);
      expect(read("docs/moving-in.md")).toMatch(new RegExp(`^## .*${name}`, "m"));
    }
    expect(english.links).toContain("docs/moving-in.md");
  });
});

describe("the sample of settings", () => {
  const sample = read(".env.example");
  const named = [...sample.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => ({ name, value }));

  test("N29, P16, P29, G29, G30, G31: has every variable that is read, and no other", () => {
    expect(named.map(({ name }) => name)).toEqual(variableNames);
  });

  test("P16: copied as it is, it changes nothing", () => {
    expect(parseEnv(sample)).toEqual({});
    const { scripts } = JSON.parse(read("package.json")) as { scripts: { start: string } };
    expect(scripts.start).toContain("test -f .env && echo --env-file=.env");
    expect(sample.split("\n").every((line) => line === "" || line.startsWith("#"))).toBe(true);
  });

  test("P29: each value it shows can be used, and each default is the real one", () => {
    const shown = Object.fromEntries(named.map(({ name, value }) => [name, value]));
    // The two secrets are left empty, so the account is not made.
    const environment = parseEnvironment({ ...shown, ADMIN_USERNAME: "" }, root);
    const { port, databasePath, dataDir, adminStatsOpen, logLevel, clientAuth, demo, drainSeconds, ...rest } =
      parseEnvironment({}, root);
    expect(environment).toMatchObject({
      port,
      databasePath,
      dataDir,
      adminStatsOpen,
      logLevel,
      clientAuth,
      demo,
      drainSeconds,
      egressAllowPrivate: rest.egressAllowPrivate,
      providerFile: { path: rest.providerFile.path },
    });
  });

  test("P16, P33: goes into the repository, and a copy with secrets does not", () => {
    const ignored = read(".gitignore").split("\n");
    expect(ignored.indexOf("!.env.example")).toBeGreaterThan(ignored.indexOf(".env.*"));
    expect(ignored).toContain(".env");
  });
});

describe("links between pages", () => {
  const pages = [
    ...readdirSync(path.join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
    ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ];
  /** A heading's anchor, as GitHub makes it. */
  const anchors = (text: string) =>
    [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    );

  test.each(pages)("every page and heading that %s points to is there", (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
    for (const target of targets) {
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? page : path.join(path.dirname(page), file);
      expect(existsSync(path.join(root, found)), target).toBe(true);
      if (anchor !== undefined) expect(anchors(read(found)), target).toContain(anchor);
    }
  });
});

describe("the papers of the project", () => {
  test("G44, P39: the licence is MIT, in its words and in the package", () => {
    const licence = read("LICENSE");
    expect(licence).toMatch(/^MIT License$/m);
    expect(licence).toContain("Permission is hereby granted, free of charge");
    expect(JSON.parse(read("package.json"))).toMatchObject({ license: "MIT" });
    expect(outlineOf("README.md").links).toContain("LICENSE");
  });

  test("P12, P38, G44: the guide for contributors has both recipes, the tests and the way of a pull request", () => {
    const guide = read("CONTRIBUTING.md");
    for (const heading of ["## Add a vendor", "## Add a format", "## Before you open a pull request"])
      expect(guide).toContain(`\n${heading}\n`);
    const files = [
      ...guide.matchAll(/`((?:lib|e2e|docs|scripts|components|app|messages)\/[\w./()-]+\.(?:ts|tsx|json|md))`/g),
    ];
    expect(files.length).toBeGreaterThan(10);
    for (const [, file = ""] of files) expect(existsSync(path.join(root, file)), file).toBe(true);
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const [, script = ""] of guide.matchAll(/`npm run ([\w:]+)/g))
      expect(Object.keys(scripts), script).toContain(script);
  });

  test("P37, G40, G41, G42: what goes wrong, where to look, and the command of a backup are in the guide to running it", () => {
    const guide = read("docs/running.md");
    for (const words of ["data folder", "upstream_auth_failed", "proxy_buffering off", "call log"])
      expect(guide).toContain(words);
    expect(guide).toContain("tar -czf backup-$(date +%Y%m%d).tar.gz data/");
  });

  test("G43: the changelog has the version of the package, and what the first one can do", () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    expect(read("CHANGELOG.md")).toContain(`\n## ${version}`);
  });
});
