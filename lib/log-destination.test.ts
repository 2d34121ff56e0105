import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { logDestination } from "./log-destination.ts";

let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-log-"));
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe("where the log goes", () => {
  it("is standard output alone when no file is named", () => {
    logDestination(null).write("one\n");
    expect(printed).toBe("one\n");
  });

  it("is also the file that is named, whose folder is made and whose lines are kept", () => {
    const file = join(folder, "logs", "gateway.log");
    logDestination(file).write("one\n");
    logDestination(file).write("two\n");
    expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
    expect(printed).toBe("one\ntwo\n");
  });

  it("loses lines and nothing else when nobody reads standard output any more", async () => {
    // As server.ts does: what nobody caught is logged. A log that throws would then be its own next line, for ever.
    const program = `
      import { logDestination } from ${JSON.stringify(new URL("./log-destination.ts", import.meta.url).href)};
      const log = logDestination(null);
      process.on("uncaughtException", () => process.exit(3));
      setInterval(() => log.write("line\\n"), 5);
      setTimeout(() => process.exit(0), 500);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await once(child, "exit")).toEqual([0, null]);
  }, 20_000);

  it("follows a name whose file was moved away by log rotation", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const file = join(folder, "gateway.log");
    const log = logDestination(file);
    log.write("before\n");
    renameSync(file, `${file}.1`);
    vi.advanceTimersByTime(1500);
    log.write("after\n");
    expect(readFileSync(file, "utf8")).toBe("after\n");
    expect(readFileSync(`${file}.1`, "utf8")).toBe("before\n");
  });

  it("refuses a file that cannot be opened", () => {
    expect(() => logDestination(folder)).toThrow(/EISDIR/);
  });
});
