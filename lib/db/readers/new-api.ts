import type { ConfigReader } from "../../config/reader.ts";
import { channelsOf, isChannel, newApiConfig, newApiTables, readNewApiJson } from "../../config/readers/new-api.ts";
import { isSqlite, sqliteColumns } from "../foreign-sqlite.ts";
import { fromSqlite } from "./sqlite-source.ts";

/** Reads the SQLite database of One API or New API, or the list of channels their management API answers. */
export const readNewApi: ConfigReader = (input) =>
  isSqlite(input.content) ? fromSqlite(input.content, newApiTables, newApiConfig) : readNewApiJson(input);

/** `value`: the content as JSON, where it is. */
export function isNewApi(content: Buffer, value: unknown): boolean {
  if (isSqlite(content)) {
    const columns = sqliteColumns(content, "channels");
    return columns.has("models") && columns.has("type");
  }
  return isChannel(channelsOf(value)?.list[0]);
}
