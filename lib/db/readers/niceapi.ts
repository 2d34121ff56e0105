import type { ConfigReader } from "../../config/reader.ts";
import { niceApiConfig, niceApiTables } from "../../config/readers/niceapi.ts";
import { sqliteColumns } from "../foreign-sqlite.ts";
import { fromSqlite } from "./sqlite-source.ts";

/** Reads the SQLite database of NiceAPI. */
export const readNiceApi: ConfigReader = ({ content }) => fromSqlite(content, niceApiTables, niceApiConfig);

export function isNiceApi(content: Buffer): boolean {
  return sqliteColumns(content, "api_providers").has("api_endpoint");
}
