import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { connectionPragmas } from "./pragmas.ts";

type Factory = PrismaBetterSqlite3;
type Connection = Awaited<ReturnType<Factory["connect"]>>;
type Transaction = Awaited<ReturnType<Connection["startTransaction"]>>;

/** Hands out one turn after another; whoever holds it returns it by calling the function it was given. */
function turnstile(): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const before = last;
    let pass = () => {};
    last = new Promise((resolve) => {
      pass = resolve;
    });
    return before.then(() => pass);
  };
}

/**
 * The isolation level that marks a transaction as one that only reads. SQLite has a single level, so the name is free
 * to say this; a transaction that names no level takes the write lock at its first step, where SQLite waits for other
 * writers. Had it read first and written later, SQLite would refuse it at once instead of waiting.
 */
export const readOnlyLevel = "Serializable";

const statement = (sql: string) => ({ sql, args: [], argTypes: [] });

/** Begins on `connection`; `BEGIN` alone, which the adapter sends, takes no lock and is exchanged for one that does. */
async function begin(
  connection: Connection,
  level: Parameters<Connection["startTransaction"]>[0],
): Promise<Transaction> {
  const transaction = await connection.startTransaction(level);
  if (level !== undefined) return transaction;
  try {
    await transaction.executeRaw(statement("COMMIT"));
    await transaction.executeRaw(statement("BEGIN IMMEDIATE"));
    return transaction;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

/** A commit that fails (a full disk) must not leave its transaction open on the connection everybody shares. */
async function execute(transaction: Transaction, query: Parameters<Transaction["executeRaw"]>[0]): Promise<number> {
  try {
    return await transaction.executeRaw(query);
  } catch (error) {
    if (query.sql === "COMMIT") await transaction.executeRaw(statement("ROLLBACK")).catch(() => {});
    throw error;
  }
}

/**
 * One connection serves both single statements and transactions, and the adapter lets a single statement run in the
 * middle of somebody else's open transaction: it would see rows that may be rolled back, and be rolled back with them.
 * Here each waits for its turn.
 */
function inTurn(connection: Connection): Connection {
  const turn = turnstile();
  const alone = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    const pass = await turn();
    try {
      return await run();
    } finally {
      pass();
    }
  };
  return {
    provider: connection.provider,
    adapterName: connection.adapterName,
    queryRaw: (query) => alone(() => connection.queryRaw(query)),
    executeRaw: (query) => alone(() => connection.executeRaw(query)),
    executeScript: (script) => alone(() => connection.executeScript(script)),
    dispose: () => alone(() => connection.dispose()),
    async startTransaction(level): Promise<Transaction> {
      const pass = await turn();
      let inner: Transaction;
      try {
        inner = await begin(connection, level);
      } catch (error) {
        pass();
        throw error;
      }
      return {
        provider: inner.provider,
        adapterName: inner.adapterName,
        options: inner.options,
        queryRaw: (query) => inner.queryRaw(query),
        executeRaw: (query) => execute(inner, query),
        createSavepoint: async (name) => inner.createSavepoint?.(name),
        rollbackToSavepoint: async (name) => inner.rollbackToSavepoint?.(name),
        releaseSavepoint: async (name) => inner.releaseSavepoint?.(name),
        commit: () => inner.commit().finally(pass),
        rollback: () => inner.rollback().finally(pass),
      };
    },
  };
}

/** The Prisma driver adapter for one SQLite file, with our pragmas and with transactions kept apart. */
export function sqliteAdapter(path: string): Pick<Factory, "provider" | "adapterName" | "connect"> {
  const factory = new PrismaBetterSqlite3({ url: path }, { timestampFormat: "unixepoch-ms" });
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const connection = await factory.connect();
      await connection.executeScript(connectionPragmas);
      return inTurn(connection);
    },
  };
}
