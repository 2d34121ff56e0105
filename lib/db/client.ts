import { SluiceError } from "../errors.ts";
import { readOnlyLevel, sqliteAdapter } from "./adapter.ts";
import { type Prisma, PrismaClient } from "./generated/client.ts";
import { databasePath } from "./url.ts";

export type Database = PrismaClient;
export type DatabaseTransaction = Prisma.TransactionClient;

type Opened = { path: string; client: PrismaClient };

/** On globalThis: under Next alone this module is loaded twice in one process, the connection must not be. */
const slot = globalThis as typeof globalThis & { [key: symbol]: Opened | undefined };
const slotKey = Symbol.for("sluice.database");

/** How long a transaction waits for its turn, and how long it may take, in milliseconds. */
const transactionOptions = { maxWait: 10_000, timeout: 20_000 };

/**
 * A client of its own for the database a `file:` URL names. Whoever opens it disconnects it. Everything it rejects with
 * has been through {@link storageError}.
 */
export function openDatabase(options: { url: string }): Database {
  const client = new PrismaClient({ adapter: sqliteAdapter(databasePath(options.url)), transactionOptions });
  const translated = client.$extends({
    query: { $allOperations: ({ args, query }) => stored(() => query(args)) },
  }) as unknown as PrismaClient;
  const transaction = translated.$transaction.bind(translated) as (...given: unknown[]) => Promise<unknown>;
  return translated.$extends({
    client: { $transaction: (...given: unknown[]) => stored(() => transaction(...given)) },
  }) as unknown as PrismaClient;
}

/** Opens the one client of this process, which {@link db} returns from then on. Again with the same URL is harmless. */
export function connectDatabase(options: { url: string }): Database {
  const path = databasePath(options.url);
  const opened = slot[slotKey];
  if (opened?.path === path) return opened.client;
  if (opened) throw new Error("Another database is open in this process.");
  const client = openDatabase(options);
  slot[slotKey] = { path, client };
  return client;
}

/** Closes the client of this process, if one is open. */
export async function disconnectDatabase(): Promise<void> {
  const opened = slot[slotKey];
  slot[slotKey] = undefined;
  await opened?.client.$disconnect();
}

/** The one client of this process. Only lib/db uses it. */
export function db(): Database {
  const opened = slot[slotKey];
  if (!opened) throw new Error("The database is not open: call connectDatabase first.");
  return opened.client;
}

/** Runs `work` in one transaction that may write; nothing is stored when it throws. */
export function writeTransaction<Result>(work: (tx: DatabaseTransaction) => Promise<Result>): Promise<Result> {
  return db().$transaction(work);
}

/** Runs `work` on one unchanging view of the database. It must not write: only here no write lock is taken. */
export function readTransaction<Result>(work: (tx: DatabaseTransaction) => Promise<Result>): Promise<Result> {
  return db().$transaction(work, { isolationLevel: readOnlyLevel });
}

type KnownError = Error & { code: string; meta?: Record<string, unknown> };

function isKnownError(error: unknown): error is KnownError {
  return error instanceof Error && error.name === "PrismaClientKnownRequestError" && "code" in error;
}

/** Codes of Prisma that speak about the request rather than the storage, and what each means to a caller. */
const requestErrors: Record<string, { code: "conflict" | "not_found"; message: string }> = {
  P2002: { code: "conflict", message: "Something with this name or id exists already." },
  P2003: { code: "conflict", message: "This refers to something that does not exist, or is still in use." },
  P2025: { code: "not_found", message: "There is no such thing." },
};

/** Names of the columns of a broken unique constraint, where the driver tells. */
function fieldsOf(error: KnownError): string[] | undefined {
  const adapter = error.meta?.driverAdapterError as { cause?: { constraint?: { fields?: string[] } } } | undefined;
  return adapter?.cause?.constraint?.fields;
}

/**
 * What a failure of the storage is called outside lib/db: `conflict`, `not_found`, or `storage_unavailable` for
 * everything a later try may cure. Programming mistakes and errors of our own pass through unchanged.
 */
function storageError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (isKnownError(error)) {
    const known = requestErrors[error.code];
    if (known) {
      const fields = fieldsOf(error);
      return new SluiceError(known.code, known.message, { cause: error, ...(fields ? { details: { fields } } : {}) });
    }
  }
  if (!error.name.startsWith("PrismaClient") && error.name !== "DriverAdapterError") return error;
  if (error.name === "PrismaClientValidationError") return error;
  return new SluiceError("storage_unavailable", "The database cannot be used right now.", { cause: error });
}

async function stored<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw storageError(error);
  }
}
