import type { ConfigReader } from "../../config/reader.ts";
import {
  apiProxyConfig,
  apiProxyTables,
  isApiProxyTemplates,
  readApiProxyJson,
} from "../../config/readers/api-proxy.ts";
import { isSqlite, sqliteColumns } from "../foreign-sqlite.ts";
import { fromSqlite } from "./sqlite-source.ts";

/** Reads API Proxy's SQLite database, or its provider files. */
export const readApiProxy: ConfigReader = (input) =>
  isSqlite(input.content)
    ? fromSqlite(input.content, apiProxyTables, (tables) => apiProxyConfig(tables, input))
    : readApiProxyJson(input);

/** `value`: the content as JSON, where it is. */
export function isApiProxy(content: Buffer, value: unknown): boolean {
  if (!isSqlite(content)) return isApiProxyTemplates(value);
  const columns = sqliteColumns(content, "api_keys");
  return columns.has("provider") && columns.has("remaining_quota");
}
