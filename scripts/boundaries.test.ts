import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * The import table of ARCHITECTURE.md, tried on biome itself: the same configuration over a folder of files that each
 * hold one import.
 */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const refused: [file: string, imported: string, saysWhatToDo: RegExp][] = [
  ["lib/gateway/a.ts", "../db/providers.ts", /passed in/],
  ["lib/gateway/a.ts", "../server/runtime.ts", /passed in/],
  ["lib/gateway/a.ts", "../env.ts", /passed in/],
  ["lib/gateway/protocols/a.ts", "../../db/providers.ts", /passed in/],
  ["lib/gateway/a.ts", "next/server", /without Next/],
  ["lib/gateway/a.ts", "react", /without Next/],
  ["lib/gateway/a.ts", "@prisma/client", /Only lib\/db/],
  ["lib/schemas/a.ts", "node:crypto", /browser/],
  ["lib/schemas/a.ts", "../db/providers.ts", /browser/],
  ["lib/schemas/a.ts", "../gateway/routing.ts", /browser/],
  ["lib/schemas/a.ts", "../secrets.ts", /browser/],
  ["lib/presets/a.ts", "../db/providers.ts", /only lib\/schemas/],
  ["lib/presets/a.ts", "node:fs", /only lib\/schemas/],
  ["lib/presets/a.ts", "react", /without Next/],
  ["lib/config/a.ts", "../db/providers.ts", /decides and does nothing/],
  ["lib/config/readers/a.ts", "../../server/runtime.ts", /decides and does nothing/],
  ["lib/config/a.ts", "node:fs", /decides and does nothing/],
  ["lib/config/a.ts", "../env.ts", /decides and does nothing/],
  ["lib/db/a.ts", "../server/runtime.ts", /below lib\/server/],
  ["lib/db/a.ts", "@/app/page", /never looks up/],
  ["lib/db/a.ts", "../../components/ui/button.tsx", /never looks up/],
  ["lib/db/a.ts", "next/headers", /without Next/],
  ["lib/journal/a.ts", "../server/runtime.ts", /below lib\/server/],
  ["lib/journal/a.ts", "../db/generated/client.ts", /Only lib\/db/],
  ["lib/doors/a.ts", "next/server", /without Next/],
  ["lib/doors/a.ts", "../../app/layout.tsx", /never looks up/],
  ["lib/server/a.ts", "@/components/ui/button", /never looks up/],
  ["lib/server/a.ts", "../db/generated/client.ts", /Only lib\/db/],
  ["lib/server/a.ts", "next-auth", /lib\/server\/auth\.ts/],
  ["components/a.tsx", "@/lib/db/providers", /prop/],
  ["components/a.tsx", "@/lib/server/runtime", /prop/],
  ["components/a.tsx", "@/lib/gateway/routing", /prop/],
  ["components/a.tsx", "@/app/layout", /Components do not know pages/],
  ["components/a.tsx", "node:fs", /prop/],
  ["components/a.tsx", "recharts", /components\/charts/],
  ["components/charts/a.tsx", "@/lib/db/usage", /prop/],
  ["app/(console)/a.tsx", "recharts", /components\/charts/],
  ["app/(console)/a.tsx", "@prisma/client", /Only lib\/db/],
  ["app/api/admin/a.ts", "@/lib/db/generated/client", /Only lib\/db/],
  ["app/login/a.tsx", "next-auth/react", /lib\/server\/auth\.ts/],
];

const allowed: [file: string, imported: string][] = [
  ["lib/gateway/a.ts", "../errors.ts"],
  ["lib/gateway/a.ts", "./routing.ts"],
  ["lib/gateway/protocols/a.ts", "../sse.ts"],
  ["lib/gateway/a.ts", "zod"],
  ["lib/schemas/a.ts", "../gateway/types.ts"],
  ["lib/schemas/a.ts", "./common.ts"],
  ["lib/presets/a.ts", "../schemas/presets.ts"],
  ["lib/db/a.ts", "@prisma/adapter-better-sqlite3"],
  ["lib/config/a.ts", "yaml"],
  ["lib/config/a.ts", "../schemas/config.ts"],
  ["lib/config/a.ts", "../secrets.ts"],
  ["lib/db/a.ts", "../config/plan.ts"],
  ["lib/db/a.ts", "./generated/client.ts"],
  ["lib/db/a.ts", "../schemas/providers.ts"],
  ["lib/db/a.ts", "../secrets.ts"],
  ["lib/doors/a.ts", "../gateway/gateway.ts"],
  ["lib/server/a.ts", "../db/providers.ts"],
  ["lib/server/a.ts", "../doors/node.ts"],
  ["lib/server/auth.ts", "next-auth"],
  ["components/a.tsx", "@/components/ui/button"],
  ["components/a.tsx", "@/lib/schemas/providers"],
  ["components/a.tsx", "@/lib/gateway/types"],
  ["components/a.tsx", "next-intl"],
  ["components/charts/a.tsx", "recharts"],
  ["app/(console)/a.tsx", "@/lib/db/providers"],
  ["app/(console)/a.tsx", "@/components/charts/area"],
];

type Diagnostic = { category: string; message: string; location: { path: unknown } };

describe("the folder boundaries", () => {
  let folder = "";
  const found = new Map<string, string>();
  const fileFor = (file: string, imported: string) =>
    file.replace("a.ts", `${imported.replace(/[^a-z0-9]+/gi, "-")}-probe.ts`);

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sluice-boundaries-"));
    for (const name of ["biome.json", ".gitignore"]) cpSync(path.join(root, name), path.join(folder, name));
    for (const [file, imported] of [...refused, ...allowed]) {
      const target = path.join(folder, fileFor(file, imported));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, `import { value } from "${imported}";\n\nexport const again = value;\n`);
    }
    const { stdout } = spawnSync(
      path.join(root, "node_modules/.bin/biome"),
      ["lint", "--reporter=json", "--max-diagnostics=none", "--only=style/noRestrictedImports", "."],
      { cwd: folder, encoding: "utf8" },
    );
    for (const diagnostic of (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics) {
      const where = JSON.stringify(diagnostic.location.path);
      found.set(where, JSON.stringify(diagnostic));
    }
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const complaintAbout = (file: string, imported: string) =>
    [...found].find(([where]) => where.includes(fileFor(file, imported)))?.[1] ?? null;

  it.each(refused)("%s may not import %s, and the message says what to do instead", (file, imported, saysWhatToDo) => {
    expect(complaintAbout(file, imported)).toMatch(saysWhatToDo);
  });

  it.each(allowed)("%s may import %s", (file, imported) => {
    expect(complaintAbout(file, imported)).toBeNull();
  });
});

it("no module imports itself by way of others: which of them is ready first would depend on who asked", () => {
  const folders = ["lib", "app", "components"];
  const { status, stdout, stderr } = spawnSync(
    path.join(root, "node_modules/.bin/biome"),
    ["lint", "--only=suspicious/noImportCycles", "--error-on-warnings", ...folders],
    { cwd: root, encoding: "utf8" },
  );
  expect(status, `${stdout}${stderr}`).toBe(0);
}, 120_000);
