import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { currentConfig } from "../db/config-import.ts";
import { writeMeta } from "../db/meta.ts";
import { readProviderFileState } from "../db/provider-file.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../db/testing/temporary-database.ts";
import { parseEnvironment } from "../env.ts";
import { createLogger } from "../logger.ts";
import { applyProviderFile, startProviderFile } from "./provider-file.ts";

const masterKey = randomBytes(32);
const logger = createLogger("error");
const content = JSON.stringify({
  _global: { api_key: "gateway-key" },
  "gpt-4o": {
    providers: [{ name: "p", endpoint: "https://api.example.com/v1", api_key: "sk-1", model: "gpt-4o" }],
  },
});
let database: TemporaryDatabase;
let folder = "";
beforeEach(() => {
  database = temporaryDatabase();
  folder = mkdtempSync(join(tmpdir(), "sluice-file-"));
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => join(folder, "provider.json");
const options = (named: boolean) => ({
  environment: { ...parseEnvironment({}), providerFile: { path: file(), named } },
  masterKey,
  logger,
});
const sources = async () => {
  const { providers, groups, keys } = await currentConfig(masterKey);
  return [...providers, ...groups, ...keys].map(({ source }) => source);
};

describe("the provider file at start", () => {
  it("that nobody asked for and that is not there is no problem", async () => {
    await startProviderFile(options(false));
    expect(await readProviderFileState()).toBeNull();
    expect(await applyProviderFile(options(false))).toMatchObject({ file: null, applied: true, problems: [] });
  });

  it("that was asked for and is not there is one, and changes nothing", async () => {
    await startProviderFile(options(true));
    expect(await readProviderFileState()).toMatchObject({ appliedAt: null, problems: [{ code: "file_missing" }] });
  });

  it("is read at its usual place without being asked for", async () => {
    writeFileSync(file(), content);
    await startProviderFile(options(false));
    expect(await sources()).toEqual(["file", "file", "file"]);
  });

  it("that is gone at the next start leaves what it said to the console; back again, it takes it over", async () => {
    writeFileSync(file(), content);
    await startProviderFile(options(false));
    rmSync(file());
    await startProviderFile(options(false));
    expect(await sources()).toEqual(["console", "console", "console"]);
    expect(await readProviderFileState()).toBeNull();
    writeFileSync(file(), content);
    await startProviderFile(options(false));
    // The key keeps working as it is; a person may have made it theirs meanwhile.
    expect(await sources()).toEqual(["file", "file", "console"]);
    expect((await readProviderFileState())?.problems).toEqual([]);
  });

  it("that goes while the server runs keeps what it said", async () => {
    writeFileSync(file(), content);
    await startProviderFile(options(false));
    rmSync(file());
    expect(await applyProviderFile(options(false))).toMatchObject({ applied: false });
    expect(await sources()).toEqual(["file", "file", "file"]);
  });

  it("larger than 8 MB is not read", async () => {
    writeFileSync(file(), content);
    truncateSync(file(), 9 * 1024 * 1024);
    expect(await applyProviderFile(options(true))).toMatchObject({
      applied: false,
      problems: [{ code: "file_missing", params: { reason: "larger than 8 MB" } }],
    });
  });

  it("that is a device or a directory is not read, or reading would never end", async () => {
    for (const path of ["/dev/zero", folder]) {
      const { environment, ...rest } = options(true);
      const elsewhere = { ...rest, environment: { ...environment, providerFile: { path, named: true } } };
      expect(await applyProviderFile(elsewhere)).toMatchObject({
        applied: false,
        problems: [{ code: "file_missing", params: { reason: "not a file" } }],
      });
    }
  });

  it("that changes while it is taken over is in effect as it is at the end", async () => {
    writeFileSync(file(), content);
    const changing = createLogger("error");
    vi.spyOn(changing, "info").mockImplementationOnce(() => {
      writeFileSync(file(), content.replaceAll("gpt-4o", "gpt-5-mini"));
    });
    expect(await applyProviderFile({ ...options(true), logger: changing })).toMatchObject({ applied: true });
    expect((await currentConfig(masterKey)).groups.map(({ name }) => name)).toEqual(["gpt-5-mini"]);
  });

  it("leaves no rows behind that nobody can change, even if the process ended before it noted the file", async () => {
    writeFileSync(file(), content);
    await startProviderFile(options(false));
    await writeMeta("providerFile", null);
    rmSync(file());
    await startProviderFile(options(false));
    expect(await sources()).toEqual(["console", "console", "console"]);
  });

  it("read twice is taken over once: the second time nothing changes, nothing is audited", async () => {
    writeFileSync(file(), content);
    const first = await applyProviderFile(options(true));
    const second = await applyProviderFile(options(true));
    expect(second).toMatchObject({ added: [], changed: [], removed: [], version: first.version });
  });
});
