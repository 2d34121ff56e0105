import { parentPort, workerData } from "node:worker_threads";
import { Copier } from "./copier.ts";
import { cells, closing, type WorkerInput, type WorkerReport } from "./worker-protocol.ts";

/**
 * The thread that copies the journal into the database, so that neither JSON nor SQLite costs the data plane a moment.
 * It is synchronous through and through: between batches it sleeps on a shared cell.
 */

/** Lines gather for this long before they become a batch, unless a batch is full. */
const gatherMs = 50;
const retryMs = 250;
/** Should a wake-up ever be missed, rows are late by this much and not by an hour. */
const longestSleepMs = 1000;
/** At the end, how long a database that is away is waited for. What is not copied stays in the journal. */
const closeWaitMs = 5000;

const input = workerData as WorkerInput;
const shared = new Int32Array(input.cells);
const copier = new Copier({ ...input, onSetAside: (reason) => report({ kind: "set_aside", reason }) });

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}

function closingNow(): number {
  return Atomics.load(shared, cells.closing);
}

/** Sleeps, but not past the wish to close. */
function rest(ms: number): void {
  Atomics.wait(shared, cells.closing, closing.no, ms);
}

let inTrouble = false;
/** Epoch ms when closing began with the database away; 0 while it is not. */
let givingUpFrom = 0;

/** Runs database work until it succeeds. Null: it is time to close and the database stays away. */
function untilItWorks<Result>(work: () => Result): Result | null {
  for (;;) {
    try {
      const result = work();
      if (inTrouble) report({ kind: "problem", message: null });
      inTrouble = false;
      givingUpFrom = 0;
      return result;
    } catch (error) {
      if (!inTrouble) report({ kind: "problem", message: error instanceof Error ? error.message : String(error) });
      inTrouble = true;
      if (closingNow() !== closing.no) {
        givingUpFrom ||= Date.now();
        if (Date.now() - givingUpFrom > closeWaitMs) return null;
        Atomics.wait(shared, cells.written, Atomics.load(shared, cells.written), retryMs);
      } else rest(retryMs);
    }
  }
}

function begin(): boolean {
  if (input.resumeAt !== null) {
    const from = input.resumeAt;
    return untilItWorks(() => copier.resume(from) ?? true) !== null;
  }
  const recovered = untilItWorks(() => copier.recover(() => Atomics.load(shared, cells.firstSegment)));
  if (!recovered) return false;
  // The data plane may have begun without us, under a number of its own.
  const begun = Atomics.compareExchange(shared, cells.firstSegment, 0, recovered.nextSegment);
  const nextSegment = begun === 0 ? recovered.nextSegment : begun;
  copier.startAt(nextSegment);
  report({ kind: "recovered", interrupted: recovered.interrupted, nextSegment });
  return true;
}

function follow(): void {
  for (;;) {
    // Both are read before the segment is: what was written or decided later is seen in the next round.
    const written = Atomics.load(shared, cells.written);
    const last = closingNow();
    const growing = Atomics.load(shared, cells.growingSegment);
    const step = untilItWorks(() => copier.step(growing) ?? "nothing");
    if (step === null) return;
    if (step !== "nothing") {
      report({ kind: "copied", ...copier.position, calls: step.stored });
      if (!step.full) rest(gatherMs);
    } else if (last !== closing.no) {
      untilItWorks(() => copier.close({ keep: last === closing.keepLastSegment }) ?? true);
      return;
    } else Atomics.wait(shared, cells.written, written, longestSleepMs);
  }
}

if (begin()) follow();
