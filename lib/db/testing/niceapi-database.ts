import { foreignDatabase } from "./foreign-database.ts";

type Rows = Parameters<typeof foreignDatabase>[1];

/** The tables of NiceAPI as it makes them now. For tests. */
export const niceApiTablesSql = `
  CREATE TABLE api_providers (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL, api_endpoint VARCHAR NOT NULL,
    api_key VARCHAR NOT NULL, model VARCHAR, price_per_million_tokens FLOAT, type VARCHAR, is_active BOOLEAN,
    total_calls INTEGER, successful_calls INTEGER, input_price_per_million_tokens FLOAT,
    output_price_per_million_tokens FLOAT);
  CREATE INDEX ix_api_providers_name ON api_providers (name);
  CREATE TABLE groups (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL UNIQUE);
  CREATE TABLE provider_group_association (provider_id INTEGER NOT NULL REFERENCES api_providers(id),
    group_id INTEGER NOT NULL REFERENCES groups(id), priority INTEGER, active_calls INTEGER DEFAULT 0,
    PRIMARY KEY (provider_id, group_id));
  CREATE TABLE api_keys (id INTEGER NOT NULL PRIMARY KEY, key VARCHAR NOT NULL UNIQUE, is_active BOOLEAN,
    created_at DATETIME, last_used_at DATETIME, name VARCHAR DEFAULT '');
  CREATE TABLE api_key_group_association (api_key_id INTEGER NOT NULL, group_id INTEGER NOT NULL,
    PRIMARY KEY (api_key_id, group_id));
  CREATE TABLE error_maintenance (id INTEGER NOT NULL PRIMARY KEY, keyword VARCHAR NOT NULL UNIQUE,
    description VARCHAR, last_triggered DATETIME, is_active BOOLEAN);
  CREATE TABLE settings (key VARCHAR NOT NULL PRIMARY KEY, value VARCHAR NOT NULL);
  CREATE TABLE call_logs (id INTEGER NOT NULL PRIMARY KEY, provider_id INTEGER, is_success BOOLEAN);
`;

/** A database of NiceAPI with these rows. For tests. */
export const niceApiDatabase = (rows: Rows): Buffer => foreignDatabase(niceApiTablesSql, rows);
