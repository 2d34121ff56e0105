import { closeSync, fstatSync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** How often a file that was moved away (logrotate) is looked for, in ms. */
const lookMs = 1000;

/** Where lines of the log go. */
export type LogDestination = { write(text: string): void };

// A reader that has gone (a closed terminal, a pipe that ended) costs its lines only. Unheard, the error would be an
// exception nobody caught, which is logged, which fails again.
process.stdout.on("error", () => {});

/**
 * Standard output, and a file beside it where one is named (`LOG_FILE`). The file is appended to, so that several
 * processes can share it, and opened again by its name when it was moved away or deleted. Throws where it cannot be
 * opened in the beginning; later a file that takes nothing costs its lines only.
 */
export function logDestination(file: string | null): LogDestination {
  const stdout: LogDestination = { write: (text) => void process.stdout.write(text) };
  if (file === null) return stdout;
  const log = new LogFile(file);
  return {
    write(text) {
      stdout.write(text);
      log.write(text);
    },
  };
}

class LogFile implements LogDestination {
  readonly #path: string;
  #descriptor: number;
  #lookedAt = performance.now();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#descriptor = openSync(path, "a", 0o640);
  }

  write(text: string): void {
    try {
      this.#reopenIfMoved();
      writeSync(this.#descriptor, text);
    } catch {
      // A full disk must not take the gateway down; standard output has the line.
    }
  }

  #reopenIfMoved(): void {
    const now = performance.now();
    if (now - this.#lookedAt < lookMs) return;
    this.#lookedAt = now;
    const here = fstatSync(this.#descriptor);
    const named = statSync(this.#path, { throwIfNoEntry: false });
    if (named && named.ino === here.ino && named.dev === here.dev) return;
    const fresh = openSync(this.#path, "a", 0o640);
    closeSync(this.#descriptor);
    this.#descriptor = fresh;
  }
}
