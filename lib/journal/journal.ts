import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { CallJournal } from "../gateway/types.ts";
import { SegmentWriter, type SegmentWriterOptions } from "./segment-writer.ts";
import { listSegments, makeJournalFolder } from "./segments.ts";
import { cellCount, cells, closing, type WorkerInput, type WorkerReport } from "./worker-protocol.ts";

export type JournalOptions = {
  /** The journal lives in its folder `journal`. */
  dataDir: string;
  databaseUrl: string;
  /** Of the instance: whose midnights separate the days of the roll-ups. Default: UTC. */
  timeZone?: string;
  /** After each batch that brought new calls into the database. */
  onBatch?: (batch: { calls: number }) => void;
  /** Once when the database stops taking rows (its own words), and once, with null, when it takes them again. */
  onProblem?: (message: string | null) => void;
  /** A call could not be stored and was put into `journal/damaged.ndjson`. */
  onSetAside?: (reason: string) => void;
  /** How long the opening waits for a database that takes no rows, in milliseconds. */
  awayMs?: number;
  writer?: Pick<SegmentWriterOptions, "segmentBytes" | "memoryBytes" | "retryMs" | "files">;
};

export type Journal = CallJournal & {
  /** Calls of earlier processes that were cut off and are stored as `interrupted` by now. */
  readonly interrupted: number;
  /** Whether everything earlier processes journalled is rows: what the database says was used is then all there was. */
  readonly caughtUp: boolean;
  /** Resolves when everything appended so far is rows. */
  flushed(): Promise<void>;
  /** Bytes that are not rows yet, on disk or in memory. */
  pendingBytes(): number;
  /** False while the disk does not take the journal: calls finished now would not survive a crash. */
  healthy(): boolean;
  /** Finished calls that could be kept neither on disk nor in memory. */
  lostCalls(): number;
  /** Copies what is left and ends the thread. While the database is away the rest stays in the journal. */
  close(): Promise<void>;
};

const workerFile = join(/* turbopackIgnore: true */ process.cwd(), "lib", "journal", "worker.ts");
const restartMs = 1000;
const standardAwayMs = 10_000;

type Place = { segment: number; bytes: number };

function reached(place: Place, wanted: Place): boolean {
  return place.segment > wanted.segment || (place.segment === wanted.segment && place.bytes >= wanted.bytes);
}

/**
 * Opens the journal of a data folder and copies into the database what an earlier process left there; resolves when
 * that is done, however much it is. Only a database that takes no rows for `awayMs` is not waited for any longer: the
 * journal then opens with `caughtUp` false and copies later, in the same order. One journal per folder and database:
 * hold the database lock.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const folder = makeJournalFolder(options.dataDir);
  const shared = new SharedArrayBuffer(cellCount * Int32Array.BYTES_PER_ELEMENT);
  const signals = new Int32Array(shared);
  const start = (resumeAt: number | null): Worker => {
    const { databaseUrl, timeZone = "UTC" } = options;
    const workerData: WorkerInput = { folder, databaseUrl, timeZone, cells: shared, resumeAt };
    return new Worker(workerFile, { workerData, execArgv: [] });
  };
  const worker = start(null);
  const recovered = await opening(worker, options, signals, folder);
  return new RunningJournal({ ...options, folder, signals, start, worker, recovered });
}

function tell(report: WorkerReport, { onProblem, onSetAside }: JournalOptions): void {
  if (report.kind === "problem") onProblem?.(report.message);
  if (report.kind === "set_aside") onSetAside?.(report.reason);
}

type Recovered = Pick<Extract<WorkerReport, { kind: "recovered" }>, "nextSegment"> & { interrupted: number | null };

/**
 * A number for the first segment that cannot have been one before, chosen without the database: seconds since 2026. No
 * disk fills a segment a second, so numbers that only count up stay behind it.
 */
function segmentWithoutDatabase(folder: string): number {
  const seconds = Math.floor((Date.now() - Date.UTC(2026, 0)) / 1000);
  return Math.max(seconds, ...listSegments(folder)) + 1;
}

/** What the thread recovered, or where to begin without it: see {@link openJournal}. */
function opening(
  worker: Worker,
  options: JournalOptions,
  signals: Int32Array<SharedArrayBuffer>,
  folder: string,
): Promise<Recovered> {
  const { awayMs = standardAwayMs } = options;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const onExit = () => reject(new Error("The journal thread ended before it was ready."));
    const opened = (recovered: Recovered) => {
      clearTimeout(timer);
      worker.off("error", reject).off("exit", onExit).off("message", onMessage);
      resolve(recovered);
    };
    const giveUp = () => {
      const nextSegment = segmentWithoutDatabase(folder);
      // Unless the thread has come through at this very moment, and its report is on the way.
      if (Atomics.compareExchange(signals, cells.firstSegment, 0, nextSegment) === 0)
        opened({ nextSegment, interrupted: null });
    };
    const onMessage = (message: WorkerReport) => {
      tell(message, options);
      clearTimeout(timer);
      if (message.kind === "recovered") opened(message);
      if (message.kind === "problem" && message.message !== null) timer = setTimeout(giveUp, awayMs);
    };
    worker.on("error", reject).on("exit", onExit).on("message", onMessage);
  });
}

type Running = JournalOptions & {
  folder: string;
  signals: Int32Array<SharedArrayBuffer>;
  start: (resumeAt: number | null) => Worker;
  worker: Worker;
  recovered: Recovered;
};

class RunningJournal implements Journal {
  /** Null until what earlier processes left is rows. */
  #interrupted: number | null;
  readonly #options: Running;
  readonly #writer: SegmentWriter;
  readonly #firstSegment: number;
  /** Bytes in each segment that is not copied completely. */
  readonly #segmentBytes = new Map<number, number>();
  #written: Place;
  #copied: Place;
  #waiters: { wanted: Place; resolve: () => void }[] = [];
  #worker: Worker;
  #ended: Promise<void>;
  #closed: Promise<void> | null = null;

  constructor(options: Running) {
    this.#options = options;
    this.#interrupted = options.recovered.interrupted;
    this.#firstSegment = options.recovered.nextSegment;
    this.#written = { segment: this.#firstSegment, bytes: 0 };
    this.#copied = this.#written;
    this.#signal(cells.growingSegment, this.#firstSegment);
    this.#writer = new SegmentWriter({
      ...options.writer,
      folder: options.folder,
      firstSegment: this.#firstSegment,
      onWrite: this.#onWrite,
    });
    this.#worker = options.worker;
    this.#ended = this.#watch(options.worker);
  }

  get interrupted(): number {
    return this.#interrupted ?? 0;
  }

  get caughtUp(): boolean {
    return this.#interrupted !== null;
  }

  begin: CallJournal["begin"] = (call) => this.#writer.begin(call);
  finish: CallJournal["finish"] = (call) => this.#writer.finish(call);

  pendingBytes(): number {
    let bytes = this.#writer.waitingBytes;
    for (const [segment, inSegment] of this.#segmentBytes) {
      bytes += inSegment - (segment === this.#copied.segment ? this.#copied.bytes : 0);
    }
    return bytes;
  }

  healthy(): boolean {
    return this.#writer.healthy;
  }

  lostCalls(): number {
    return this.#writer.lostCalls;
  }

  async flushed(): Promise<void> {
    // Lines appended in this turn are written at its end.
    await new Promise((resolve) => setImmediate(resolve));
    const wanted = this.#written;
    if (reached(this.#copied, wanted)) return;
    await new Promise<void>((resolve) => this.#waiters.push({ wanted, resolve }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#writer.close();
    const unfinished = this.#writer.openCalls > 0 || this.#writer.waitingBytes > 0;
    this.#signal(cells.closing, unfinished ? closing.keepLastSegment : closing.deleteLastSegment);
    this.#signal(cells.written, Atomics.load(this.#options.signals, cells.written) + 1);
    await this.#ended;
    for (const { resolve } of this.#waiters) resolve();
    this.#waiters = [];
  }

  readonly #onWrite = (segment: number, bytes: number): void => {
    this.#written = { segment, bytes };
    this.#segmentBytes.set(segment, bytes);
    Atomics.store(this.#options.signals, cells.growingSegment, segment);
    Atomics.add(this.#options.signals, cells.written, 1);
    Atomics.notify(this.#options.signals, cells.written);
  };

  #signal(cell: number, value: number): void {
    Atomics.store(this.#options.signals, cell, value);
    Atomics.notify(this.#options.signals, cell);
  }

  /** Resolves when the thread ended because it was asked to. Should it die, another takes its place. */
  #watch(worker: Worker): Promise<void> {
    worker.on("message", this.#onReport);
    worker.on("error", (error) => this.#options.onProblem?.(error instanceof Error ? error.message : String(error)));
    return new Promise((resolve) => {
      worker.once("exit", () => {
        if (this.#closed) return resolve();
        setTimeout(() => {
          this.#worker = this.#options.start(this.caughtUp ? this.#firstSegment : null);
          this.#watch(this.#worker).then(resolve);
        }, restartMs);
      });
    });
  }

  readonly #onReport = (report: WorkerReport): void => {
    tell(report, this.#options);
    if (report.kind === "recovered") this.#interrupted = report.interrupted;
    if (report.kind !== "copied") return;
    this.#copied = { segment: report.segment, bytes: report.offset };
    for (const segment of this.#segmentBytes.keys()) {
      if (segment < report.segment) this.#segmentBytes.delete(segment);
    }
    this.#waiters = this.#waiters.filter(({ wanted, resolve }) => {
      if (!reached(this.#copied, wanted)) return true;
      resolve();
      return false;
    });
    if (report.calls > 0) this.#options.onBatch?.({ calls: report.calls });
  };
}
