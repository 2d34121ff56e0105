import { stringify } from "yaml";
import { configError } from "../config/problems.ts";
import { writtenProviderJson } from "../config/provider-json-writer.ts";
import { readTree } from "../config/source-lines.ts";
import type { Variables } from "../config/variables.ts";
import { SecretReferences, writtenConfig } from "../config/written.ts";
import { currentConfig, importConfig } from "../db/config-import.ts";
import { isSqlite } from "../db/foreign-sqlite.ts";
import { readProviderFileState } from "../db/provider-file.ts";
import type { Environment } from "../env.ts";
import { variableNames } from "../env.ts";
import { SluiceError } from "../errors.ts";
import { checkUpstreamUrl } from "../gateway/egress.ts";
import { demoBaseUrl } from "../schemas/addresses.ts";
import {
  type ConfigProblem,
  databaseBytesMost,
  type ExportedFile,
  type ExportQuery,
  exportFormats,
  type ImportInput,
  type ImportOverview,
  type ImportReport,
  importBytesMost,
} from "../schemas/import.ts";
import { hashClientKey } from "../secrets.ts";
import type { Caller } from "./caller.ts";
import { configFormats, formatOf } from "./config-formats.ts";
import { egressPolicy } from "./egress-policy.ts";
import { environment, masterKey } from "./runtime.ts";

/** Environment variables for `${NAME}`, but none of the server's own. */
export function importVariables(): Variables {
  return { env: process.env, reserved: new Set<string>([...variableNames, "REDIS_URL"]) };
}

/** Why the egress rules forbid a base URL; null = they do not. */
export function addressProblem(environment: Environment): (baseUrl: string) => string | null {
  const policy = egressPolicy(environment);
  return (baseUrl) => {
    if (baseUrl === demoBaseUrl) return null;
    try {
      checkUpstreamUrl(baseUrl, policy);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function contentOf({ content, contentBase64 }: ImportInput): Buffer {
  if (contentBase64 !== undefined && !base64.test(contentBase64))
    throw new SluiceError("invalid_type", "contentBase64: This is not base64.", { param: "contentBase64" });
  const bytes = content === undefined ? Buffer.from(contentBase64 ?? "", "base64") : Buffer.from(content, "utf8");
  if (bytes.length > (isSqlite(bytes) ? databaseBytesMost : importBytesMost))
    throw new SluiceError("request_too_large", "A document may be 8 MB at most, a database 64 MB.");
  return bytes;
}

/** Why no format knows a document: it has a mistake, whose place helps more than that, or it is another thing. */
function unknownFormat(content: Buffer): ConfigProblem {
  const read = isSqlite(content) || content.includes(0) ? null : readTree(content);
  if (read && "problem" in read) return read.problem;
  return configError("not_this_format", "This is a document of no form that is known here.");
}

/** Reads a document and takes it over, or with `dryRun` tells what would happen. */
export async function importDocument(input: ImportInput, caller: Caller): Promise<ImportReport> {
  const content = contentOf(input);
  const format = formatOf(input.format, content);
  const { mode, dryRun, version } = input;
  if (!format) {
    return {
      format: null,
      mode,
      applied: false,
      version: 0,
      added: [],
      changed: [],
      removed: [],
      problems: [unknownFormat(content)],
      notes: [],
    };
  }
  const variables = importVariables();
  const read = await format.read({ content, env: variables.env, options: input.options ?? {} });
  const result = await importConfig({
    read,
    planning: {
      mode,
      owner: "console",
      hashKey: (key) => hashClientKey(masterKey(), key),
      variables,
      addressProblem: addressProblem(environment()),
    },
    masterKey: masterKey(),
    actor: caller.actor,
    about: { format: format.name },
    dryRun,
    version,
  });
  const { diff, problems, applied } = result;
  return { format: format.name, mode, applied, version: result.version, ...diff, problems, notes: read.notes };
}

export async function importOverview(): Promise<ImportOverview> {
  return {
    formats: configFormats.map(({ name, options, binary }) => ({ name, options, binary })),
    exports: [...exportFormats],
    providerFile: await readProviderFileState(),
  };
}

/** The configuration as a file; with `notes` as JSON that holds the file's text and what the format cannot say. */
export async function exportDocument({ format, as, secrets, notes: told }: ExportQuery): Promise<Response> {
  const current = await currentConfig(masterKey());
  const references = secrets === "references" ? new SecretReferences() : null;
  const sluice = () => ({ content: writtenConfig(current, references), notes: references?.notes ?? [] });
  const { content, notes } = format === "provider-json" ? writtenProviderJson(current) : sluice();
  const yaml = as === "yaml" && format === "sluice";
  const text = yaml ? stringify(content, { lineWidth: 0 }) : `${JSON.stringify(content, null, 2)}\n`;
  const name = format === "provider-json" ? "provider.json" : `sluice-config.${yaml ? "yaml" : "json"}`;
  if (told) return Response.json({ name, content: text, notes } satisfies ExportedFile);
  return new Response(text, {
    headers: {
      "content-type": yaml ? "application/yaml; charset=utf-8" : "application/json; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
    },
  });
}
