import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { niceApiDatabase } from "../../lib/db/testing/niceapi-database.ts";
import { rawDatabase } from "../../lib/db/testing/temporary-database.ts";
import { startSluice } from "../support/start-sluice.ts";

const root = path.resolve(import.meta.dirname, "../..");
const key = "11".repeat(32);

/** Runs server.ts until it ends by itself. */
function runServer(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["server.ts"], {
      cwd: root,
      env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

describe("a start that cannot work ends with one clear message and changes nothing", () => {
  let folder: string;
  let databasePath: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "sluice-start-"));
    databasePath = path.join(folder, "data", "sluice.db");
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });

  it("a taken port: exit 1, before any file is made", async () => {
    const other = createServer().listen(0);
    const { port } = other.address() as { port: number };
    const { code, output } = await runServer({ PORT: String(port), DATABASE_PATH: databasePath });
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is taken`);
    expect(existsSync(path.dirname(databasePath))).toBe(false);
  });

  it("bad environment values: exit 78 and all of them in one message", async () => {
    const { code, output } = await runServer({
      PORT: "99999",
      TZ: "Mars/Olympus",
      ADMIN_USERNAME: "x",
      DATABASE_PATH: databasePath,
    });
    expect(code).toBe(78);
    for (const name of ["PORT", "TZ", "ADMIN_USERNAME"]) expect(output).toContain(name);
    expect(existsSync(path.dirname(databasePath))).toBe(false);
  });

  it("a data folder that cannot be made: exit 78", async () => {
    const occupied = path.join(folder, "a-file");
    writeFileSync(occupied, "");
    const { code, output } = await runServer({ PORT: "0", DATABASE_PATH: path.join(occupied, "sluice.db") });
    expect(code).toBe(78);
    expect(output).toContain(occupied);
  });

  it("a wrong ENCRYPTION_KEY, a newer database, a second process: exit 78, the file stays as it is", async () => {
    mkdirSync(path.dirname(databasePath), { recursive: true });
    const sluice = await startSluice({
      door: "node",
      env: { DATABASE_URL: `file:${databasePath}`, DATA_DIR: path.dirname(databasePath), ENCRYPTION_KEY: key },
    });
    const common = { PORT: "0", DATABASE_PATH: databasePath };
    try {
      const second = await runServer({ ...common, ENCRYPTION_KEY: key });
      expect(second.code).toBe(78);
      expect(second.output).toMatch(/in use/i);
    } finally {
      await sluice.term();
    }
    const before = readFileSync(databasePath);
    const wrong = await runServer({ ...common, ENCRYPTION_KEY: "22".repeat(32) });
    expect(wrong.code).toBe(78);
    expect(wrong.output).toMatch(/ENCRYPTION_KEY|encryption key/);
    expect(readFileSync(databasePath).equals(before)).toBe(true);

    const database = rawDatabase(databasePath);
    const [{ name: table } = { name: "" }] = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%igration%'")
      .all() as { name: string }[];
    const columns = database.prepare(`SELECT * FROM "${table}" LIMIT 1`).get() as Record<string, unknown>;
    const names = Object.keys(columns);
    const values = Object.values({ ...columns, name: "9999_from_the_future" });
    database
      .prepare(
        `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join()}) VALUES (${names.map(() => "?").join()})`,
      )
      .run(...values);
    database.close();
    const newer = await runServer({ ...common, ENCRYPTION_KEY: key });
    await sluice.dispose();
    expect(newer.code).toBe(78);
    expect(newer.output).toMatch(/newer/);
  });

  it("N29, N30: NiceAPI's .env beside NiceAPI's database: exit 78, what to do, and the file stays as it is", async () => {
    const theirs = path.join(folder, "api_server.db");
    const content = niceApiDatabase({ groups: [{ id: 1, name: "pool" }] });
    writeFileSync(theirs, content);
    const DATABASE_URL = `sqlite:///${theirs}`;
    const weak = await runServer({ PORT: "0", DATABASE_URL, ADMIN_USERNAME: "admin", ADMIN_PASSWORD: "password" });
    expect([weak.code, weak.output]).toEqual([78, expect.stringContaining("ADMIN_PASSWORD")]);
    const { code, output } = await runServer({ PORT: "0", DATABASE_URL });
    expect(code).toBe(78);
    expect(output).toMatch(/is the database of NiceAPI\. Nothing in it was changed\. .*Settings, Import/);
    expect(readFileSync(theirs).equals(content)).toBe(true);
  });
});
