import { z } from "zod";
import { flagInQuery } from "./common.ts";
import { fieldProblemCodes, problem } from "./problems.ts";

/** Every form a configuration can be read from. */
export const importFormats = ["sluice", "provider-json", "niceapi", "api-proxy", "litellm", "new-api"] as const;
export type ImportFormat = (typeof importFormats)[number];

export const exportFormats = ["sluice", "provider-json"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * Why a document, or one place in it, was refused. A closed list: the console has a sentence for each, in every
 * language. What concerns one field has the code it has in the management API.
 */
export const configProblemCodes = [
  ...fieldProblemCodes,
  "unreadable",
  "not_utf8",
  "not_this_format",
  "file_missing",
  "too_deep",
  "too_many_aliases",
  "yaml_too_large",
  "reserved_member",
  "missing_variable",
  "reserved_variable",
  "name_taken",
  "from_file",
  "nothing_in_it",
  "damaged_database",
  "computed_table",
  "too_many_rows",
  "missing_table",
  "missing_column",
  "wrong_encryption_key",
] as const;
export type ConfigProblemCode = (typeof configProblemCodes)[number];

/** What was understood but could not be taken over as it was. A closed list, as above. */
export const configNoteCodes = [
  "ignored_field",
  "renamed",
  "retries_limited",
  "priorities_renumbered",
  "no_client_key",
  "secret_by_reference",
  "not_exported",
  "fail_keywords_not_exported",
  "keys_not_exported",
  "strategy_not_exported",
  "left_out",
  "limited",
  "dangling_row",
  "address_completed",
  "secret_missing",
  "unsupported_vendor",
  "no_models",
  "quota_per_model",
  "budget_from_quota",
  "user_groups_merged",
  "wildcard_model",
  "alias_taken",
  "unknown_model",
  "strategy_replaced",
  "master_key_as_client_key",
] as const;
export type ConfigNoteCode = (typeof configNoteCodes)[number];

type Params = Record<string, string | number | boolean>;

/**
 * One place that is wrong. `path` is in the words of the source (`gpt-4o.providers[0].timeout`), `line` counts from 1;
 * `message` is the sentence in English. One `error` and nothing is applied; a `warning` is only said.
 */
export type ConfigProblem = {
  severity: "error" | "warning";
  code: ConfigProblemCode;
  params: Params;
  path: string;
  line?: number;
  message: string;
};

/** Something a person should know about what was read or written. */
export type ConfigNote = { code: ConfigNoteCode; params: Params; path?: string; message: string };

export const changeKinds = [
  "provider",
  "credential",
  "deployment",
  "group",
  "api_key",
  "fail_keyword",
  "setting",
] as const;

/**
 * One thing that is added, changed or removed. Credentials and deployments are named `provider/name`. A secret's value
 * is never here: its field reads null → "changed".
 */
export type ConfigChange = {
  kind: (typeof changeKinds)[number];
  name: string;
  fields: { field: string; before: unknown; after: unknown }[];
};

export type ConfigDiff = { added: ConfigChange[]; changed: ConfigChange[]; removed: ConfigChange[] };

/** `merge` adds and changes; `replace` also removes what the sections of the document do not name. */
export const importModes = ["merge", "replace"] as const;
export type ImportMode = (typeof importModes)[number];

/** 8 MB of document, in bytes. */
export const importBytesMost = 8 * 1024 * 1024;

/** 64 MB of SQLite database, in bytes: most of it are logs, which are not read. */
export const databaseBytesMost = 64 * 1024 * 1024;

export const ImportInput = z
  .strictObject({
    format: z.enum([...importFormats, "auto"]).default("auto"),
    dryRun: z.boolean().default(false),
    mode: z.enum(importModes).default("merge"),
    content: z.string().max(importBytesMost).optional(),
    contentBase64: z
      .string()
      .max(Math.ceil(databaseBytesMost / 3) * 4)
      .optional(),
    /** What a format needs besides the file, e.g. the encryption key of the system it comes from. */
    options: z.record(z.string().max(60), z.string().max(1000)).optional(),
    /** The version of a dry run: refused with 409 when the configuration has changed since. */
    version: z.int().min(0).optional(),
  })
  .superRefine((input, context) => {
    if ((input.content === undefined) === (input.contentBase64 === undefined)) {
      context.addIssue({
        ...problem("not_together", "Give either content or contentBase64.", { other: "contentBase64" }),
        path: ["content"],
      });
    }
  });
export type ImportInput = z.infer<typeof ImportInput>;

/** The answer of an import. `applied` is false for a dry run and whenever there is an error among the problems. */
export type ImportReport = ConfigDiff & {
  format: ImportFormat | null;
  mode: ImportMode;
  applied: boolean;
  /** Version of the configuration the comparison was made with, or the new one when applied. */
  version: number;
  problems: ConfigProblem[];
  notes: ConfigNote[];
};

/** A file that is read at start, on change and by a reload, and what came of it last. Times are RFC 3339. */
export type ProviderFileState = {
  path: string;
  /** When it was last read, and when what it says was last taken over. */
  readAt: string;
  appliedAt: string | null;
  /** Errors keep the last good configuration; warnings do not. */
  problems: ConfigProblem[];
  notes: ConfigNote[];
};

/** What a reload changed. `file` is the provider file's path; null = there is none. */
export type ReloadReport = ConfigDiff & {
  file: string | null;
  applied: boolean;
  version: number;
  problems: ConfigProblem[];
  notes: ConfigNote[];
};

/** The answer of GET /api/admin/import: what can be read and written here, and the state of the provider file. */
export type ImportOverview = {
  formats: { name: ImportFormat; options: string[]; binary: boolean }[];
  exports: ExportFormat[];
  providerFile: ProviderFileState | null;
};

export const ExportQuery = z.strictObject({
  format: z.enum(exportFormats).default("sluice"),
  as: z.enum(["json", "yaml"]).default("json"),
  /** `references`: each secret becomes `${NAME}`, for an installation that does not have them. */
  secrets: z.enum(["none", "references"]).default("none"),
  /** The file's text and the notes on it as JSON, in place of the file. */
  notes: flagInQuery.optional(),
});
export type ExportQuery = z.infer<typeof ExportQuery>;

/** The answer of GET /api/admin/export with `notes`. */
export type ExportedFile = { name: string; content: string; notes: ConfigNote[] };

/** `?dryRun=1` is the same as `dryRun` in the body. */
export const ImportQuery = z.strictObject({ dryRun: flagInQuery.optional() });
