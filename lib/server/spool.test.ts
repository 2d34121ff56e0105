import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SpoolFile } from "../gateway/request-body.ts";
import { openSpool } from "./spool.ts";

let dataDir: string;
let problems: unknown[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "sluice-spool-"));
  problems = [];
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const spool = () => openSpool(dataDir, (error) => problems.push(error));
const files = () => readdirSync(join(dataDir, "spool"));
const noFiles = () => expect.poll(files, { timeout: 2000 }).toEqual([]);
const megabyte = 1024 * 1024;

async function read(file: SpoolFile, from: number, to: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of file.read(from, to)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe("an upload", () => {
  it("of up to 1 MB stays in memory", async () => {
    const file = spool().create();
    expect(file.append(Buffer.alloc(megabyte - 1, "a"))).toBeUndefined();
    expect(file.append(Buffer.from("b"))).toBeUndefined();
    expect(files()).toEqual([]);
    expect((await read(file, megabyte - 2, megabyte)).toString()).toBe("ab");
    file.release();
  });

  it("that is longer lies in one file that only its owner may read, and is gone on release", async () => {
    const file = spool().create();
    await file.append(Buffer.alloc(megabyte, "a"));
    await file.append(Buffer.from("bc"));
    await file.append(Buffer.from("d"));
    const [name = ""] = files();
    expect(statSync(join(dataDir, "spool", name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, "spool")).mode & 0o777).toBe(0o700);
    expect(
      readFileSync(join(dataDir, "spool", name))
        .subarray(-4)
        .toString(),
    ).toBe("abcd");
    file.release();
    await noFiles();
    expect(problems).toEqual([]);
  });

  it("released while it is being written leaves no file", async () => {
    for (let n = 0; n < 20; n++) {
      const file = spool().create();
      const writing = file.append(Buffer.alloc(2 * megabyte));
      if (n % 2) await sleep(n / 10);
      file.release();
      await Promise.resolve(writing).catch(() => {});
    }
    await noFiles();
  });

  it("that would take more of the disk than all together may is overloaded, until another one is released", async () => {
    const kept = openSpool(dataDir, (error) => problems.push(error), 4 * megabyte);
    const [first, second] = [kept.create(), kept.create()] as const;
    await first.append(Buffer.alloc(2 * megabyte));
    await second.append(Buffer.alloc(2 * megabyte));
    await expect(second.append(Buffer.from("x"))).rejects.toMatchObject({ code: "overloaded", status: 503 });
    first.release();
    first.release();
    await second.append(Buffer.alloc(2 * megabyte));
    await expect(second.append(Buffer.from("x"))).rejects.toMatchObject({ code: "overloaded" });
    second.release();
    await noFiles();
    const third = kept.create();
    await third.append(Buffer.alloc(4 * megabyte));
    third.release();
    await noFiles();
    expect(problems).toEqual([]);
  });

  it("that was released is not read any more, as if it were empty", async () => {
    const file = spool().create();
    file.append(Buffer.from("abc"));
    file.release();
    await expect(read(file, 0, 3)).rejects.toMatchObject({ code: "storage_unavailable" });
  });

  it("reads back as it was written, whatever the pieces, also while more is written", async () => {
    const kept = spool();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 10 }),
        fc.nat(),
        async (sizes, seed) => {
          const file = kept.create();
          const chunks = sizes.map((size, index) => Buffer.alloc(size, `${seed}-${index}-`));
          const all = Buffer.concat(chunks);
          for (const chunk of chunks) {
            const before = file.bytes;
            const writing = file.append(chunk);
            expect((await read(file, 0, before)).equals(all.subarray(0, before))).toBe(true);
            await writing;
          }
          const from = Math.floor(all.length / 3);
          expect((await read(file, from, all.length)).equals(all.subarray(from))).toBe(true);
          file.release();
        },
      ),
      { numRuns: 30 },
    );
    await noFiles();
  });

  it("that the disk does not take is storage_unavailable, told once to the log, and holds no file", async () => {
    const file = spool().create();
    rmSync(join(dataDir, "spool"), { recursive: true });
    await expect(file.append(Buffer.alloc(2 * megabyte))).rejects.toMatchObject({
      code: "storage_unavailable",
      status: 503,
    });
    expect(problems).toMatchObject([{ code: "ENOENT" }]);
    file.release();
  });
});

describe("a new process", () => {
  it("removes what the one before left", () => {
    mkdirSync(join(dataDir, "spool"));
    writeFileSync(join(dataDir, "spool", "upload-7"), "left");
    spool();
    expect(files()).toEqual([]);
  });

  it("that cannot have the folder keeps small uploads and refuses long ones", async () => {
    writeFileSync(join(dataDir, "spool"), "not a folder");
    const file = spool().create();
    expect(problems).toHaveLength(1);
    file.append(Buffer.from("small"));
    expect((await read(file, 0, 5)).toString()).toBe("small");
    await expect(file.append(Buffer.alloc(2 * megabyte))).rejects.toMatchObject({ code: "storage_unavailable" });
    expect((await read(file, 0, 5)).toString()).toBe("small");
  });
});
