import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type Child = {
  process: ChildProcess;
  /** Every line it wrote so far. */
  lines: string[];
  /** Resolves with the first line that starts so; rejects when the process ends without one. */
  line(start: string): Promise<string>;
  exited: Promise<number | null>;
  kill(): Promise<unknown>;
};

/** Runs a TypeScript file of this repository in a process of its own, without a parent that would soften its death. */
export function child(file: string, ...args: string[]): Child {
  const spawned = spawn(process.execPath, ["--no-warnings", join(process.cwd(), file), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const waiting: { start: string; resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: spawned.stdout }).on("line", (line) => {
    lines.push(line);
    for (const { start, resolve } of waiting) if (line.startsWith(start)) resolve(line);
  });
  const exited = new Promise<number | null>((resolve) => {
    spawned.once("close", (code) => {
      for (const { start, reject } of waiting)
        reject(new Error(`ended without saying "${start}": ${lines.join("; ")}`));
      resolve(code);
    });
  });
  return {
    process: spawned,
    lines,
    line(start) {
      const found = lines.find((line) => line.startsWith(start));
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((resolve, reject) => waiting.push({ start, resolve, reject }));
    },
    exited,
    kill() {
      spawned.kill("SIGKILL");
      return exited;
    },
  };
}
