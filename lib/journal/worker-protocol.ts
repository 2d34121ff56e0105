/** What the main thread and the thread that copies the journal say to each other. */

/**
 * Int32 cells both threads see. The main thread writes them; only `written` is woken by. `firstSegment` is 0 until one
 * of the two has settled which segment this process begins with.
 */
export const cells = { written: 0, growingSegment: 1, closing: 2, firstSegment: 3 } as const;
export const cellCount = 4;

/** Values of the cell `closing`. */
export const closing = { no: 0, keepLastSegment: 1, deleteLastSegment: 2 } as const;

export type WorkerInput = {
  folder: string;
  databaseUrl: string;
  /** Of the instance: whose midnights separate the days of the roll-ups. */
  timeZone: string;
  cells: SharedArrayBuffer;
  /** Null: recover first, then go on with the first segment. Else go on copying from what is there. */
  resumeAt: number | null;
};

export type WorkerReport =
  | { kind: "recovered"; nextSegment: number; interrupted: number }
  | { kind: "copied"; segment: number; offset: number; calls: number }
  /** A line could not be stored whatever was tried, and was put into damaged.ndjson. */
  | { kind: "set_aside"; reason: string }
  /** The database does not take the rows; null once it does again. */
  | { kind: "problem"; message: string | null };
