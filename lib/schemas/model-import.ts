import { z } from "zod";
import { idText, listQuery, modelName, nameText, usd, whole } from "./common.ts";
import { cronText } from "./cron.ts";
import type { ListedSupports } from "./listed-models.ts";
import { aliasPattern, modelPattern } from "./model-choice.ts";
import type { CatalogueMatch, CataloguePrices } from "./price-catalogue.ts";

/** As many models as are read of a list. */
const modelsMost = 10_000;
const patterns = z.array(modelPattern).max(100).default([]);
const price = usd.nullable().optional();
const place = { priority: whole(1, 1000).default(1), weight: whole(0, 1_000_000).default(1) };

/** What a person typed for one model, instead of what the pattern and the price match give. */
const ImportEdit = z.strictObject({
  model: modelName,
  name: nameText(200).optional(),
  inputPrice: price,
  outputPrice: price,
  cachedInputPrice: price,
  cacheWritePrice: price,
  callPrice: price,
  contextWindow: whole(1, 2_000_000_000).nullable().optional(),
});

/** Where imported deployments can be called: nowhere yet, in one group (made if it is new), or each under its own name. */
const ImportGroups = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("none") }),
  z.strictObject({ mode: z.literal("one"), name: modelName, ...place }),
  z.strictObject({ mode: z.literal("each"), ...place }),
]);

/** Which of a list's models are looked at, what they are called, and where their prices come from. */
const choice = {
  include: patterns,
  exclude: patterns,
  alias: aliasPattern.default("{model}"),
  prices: z.enum(["known", "provider", "catalogue", "none"]).default("known"),
};
export const ImportChoice = z.strictObject(choice);
export type ImportChoice = z.infer<typeof ImportChoice>;

/** Deployments by id, or all that the plan names. */
const some = z.union([z.literal("all"), z.array(idText).max(modelsMost)]).default([]);

/**
 * What to import. `models`: only these of the new ones. `update`: deployments that take what the list says now.
 * `disable`: vanished deployments that are switched off. Neither happens unless it is asked for.
 */
export const ImportInput = z.strictObject({
  ...choice,
  models: z.array(modelName).max(modelsMost).optional(),
  edits: z.array(ImportEdit).max(modelsMost).default([]),
  update: some,
  disable: some,
  groups: ImportGroups.default({ mode: "none" }),
  /** Answers with the plan and changes nothing. */
  dryRun: z.boolean().default(false),
});
/** Prices in nano-dollars. */
export type ImportInput = z.infer<typeof ImportInput>;

export const ImportListQuery = z.strictObject({
  ...listQuery,
  providerId: idText.optional(),
  kind: z.enum(["import", "removal"]).optional(),
});
export type ImportListQuery = z.infer<typeof ImportListQuery>;

/** `cron` null = the list is looked at only when somebody asks. */
export const ModelSyncInput = z.strictObject({
  cron: cronText.nullable().optional(),
  include: z.array(modelPattern).max(100).optional(),
  exclude: z.array(modelPattern).max(100).optional(),
});
export type ModelSyncInput = z.infer<typeof ModelSyncInput>;

/** Which suggestions are dismissed, by their marks. */
export const DismissInput = z.strictObject({
  marks: z.union([z.literal("all"), z.array(z.string().max(1000)).max(modelsMost)]),
});

/** `confirm`: the provider's name, needed where calls or groups would miss what goes. */
export const RemovalInput = z.strictObject({
  confirm: z.string().max(200).optional(),
  dryRun: z.boolean().default(false),
});
export type RemovalInput = z.infer<typeof RemovalInput>;

export const changeableFields = [
  "inputPrice",
  "outputPrice",
  "cachedInputPrice",
  "cacheWritePrice",
  "callPrice",
  "contextWindow",
  "tools",
  "vision",
  "jsonSchema",
] as const;
export type ChangeableField = (typeof changeableFields)[number];
export type FieldChange = {
  field: ChangeableField;
  before: string | number | boolean | null;
  after: string | number | boolean;
};

/** Who said what a model costs: a person, the provider's list, the catalogue by host or only by the model's name. */
export type PriceSource = "typed" | "provider" | "host" | "name";

/** A model that has no deployment yet. `group`: the group it can be called in. */
export type PlannedModel = {
  model: string;
  name: string;
  /** Its usual name: what `{alias}` stands for. */
  alias: string;
  ownedBy: string | null;
  prices: CataloguePrices;
  priceSource: PriceSource | null;
  /** The provider's own prices, whatever source was chosen. */
  ownPrices: CataloguePrices | null;
  match: CatalogueMatch | null;
  contextWindow: number | null;
  supports: ListedSupports;
  group: string | null;
};
export type PlannedChange = {
  deploymentId: string;
  name: string;
  model: string;
  changes: FieldChange[];
  /** Whose the changed prices are. */
  priceSource: PriceSource | null;
  /** Whether it was asked for. */
  applied: boolean;
};
export type PlannedVanished = {
  deploymentId: string;
  name: string;
  model: string;
  enabled: boolean;
  groups: string[];
  applied: boolean;
};

/** Why a plan cannot be carried out. `name` is the name at fault, `other` who has it. */
export type PlanProblem = {
  code: "name_taken" | "name_twice" | "name_unusable" | "not_listed" | "group_full" | "unknown_deployment";
  model: string | null;
  name: string | null;
  other: string | null;
  message: string;
};

/** What an import would do, as a plain value. */
export type ImportPlan = {
  listed: number;
  skipped: number;
  complete: boolean;
  added: PlannedModel[];
  changed: PlannedChange[];
  vanished: PlannedVanished[];
  unchanged: { deploymentId: string; name: string; model: string }[];
  leftOut: { model: string; reason: "not_included" | "excluded" | "not_chosen" }[];
  groups: { name: string; isNew: boolean; adds: number }[];
  problems: PlanProblem[];
};

export const importStates = ["queued", "running", "done", "failed", "undone"] as const;
export type ImportState = (typeof importStates)[number];

export type ImportCounts = {
  listed: number;
  added: number;
  updated: number;
  disabled: number;
  removed: number;
  vanished: number;
  unchanged: number;
};

/** What became of one model. */
export type ModelOutcome = {
  model: string;
  name: string;
  deploymentId: string | null;
  outcome: "added" | "updated" | "disabled" | "removed" | "vanished" | "changed";
};

/** What an undo left as it is, because somebody used or changed it since. */
export type LeftByUndo = {
  kind: "deployment" | "group" | "provider";
  name: string;
  reason: "changed" | "in_use" | "gone" | "name_taken";
};

/** A job as lists show it. Times are RFC 3339. */
export type ImportJobView = {
  id: string;
  kind: "import" | "removal";
  provider: { id: string; name: string };
  state: ImportState;
  /** What a running job is doing. */
  phase: "fetching" | "planning" | "applying" | null;
  counts: ImportCounts | null;
  error: { code: string; message: string } | null;
  actor: string;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  undoneAt: string | null;
  /** Until when it can be taken back; null = it cannot. */
  undoUntil: string | null;
};
export type ImportJobDetail = ImportJobView & {
  outcomes: ModelOutcome[];
  problems: PlanProblem[];
  left: LeftByUndo[];
};

/** One thing that differs from a provider's list. `mark` names it as long as it stays the same difference. */
export type Suggestion =
  | { kind: "added"; mark: string; model: string }
  | { kind: "changed"; mark: string; model: string; deploymentId: string; name: string; changes: FieldChange[] }
  | { kind: "vanished"; mark: string; model: string; deploymentId: string; name: string };

/** Whether a provider's list is looked at again, and what is new there. Nothing of it is done by itself. */
export type ModelSyncView = {
  providerId: string;
  cron: string | null;
  timeZone: string;
  nextAt: string | null;
  checkedAt: string | null;
  /** Why the last look failed: a ConnectionProblem where the cause is known, else a sentence. */
  error: string | null;
  choice: ImportChoice;
  suggestions: Suggestion[];
};
export type ModelSyncSummary = { providerId: string; added: number; changed: number; vanished: number; error: boolean };

/** A stored credential to remove everything behind. `deployments`: of its provider. */
export type CredentialRow = {
  id: string;
  name: string;
  preview: string;
  enabled: boolean;
  provider: { id: string; name: string; baseUrl: string };
  deployments: number;
};

/** What goes with a credential. A provider that has other credentials stays and keeps its deployments. */
export type RemovalPlan = {
  credential: { id: string; name: string; preview: string };
  providers: {
    id: string;
    name: string;
    baseUrl: string;
    /** False = only the credential goes. */
    removed: boolean;
    deployments: number;
    /** Finished calls of the last seven days that it answered, or tried with this credential. */
    recentCalls: number;
  }[];
  /** Groups that lose members; `empty`: they have none left. */
  groups: { id: string; name: string; loses: number; empty: boolean }[];
  /** Calls or groups would miss it: `confirm` must say the name of the credential's provider. */
  risky: boolean;
};

/** A deployment as a plan compares it. Prices in decimal US dollars. */
export type KnownDeployment = {
  id: string;
  name: string;
  model: string;
  enabled: boolean;
  prices: CataloguePrices;
  contextWindow: number | null;
  supports: { tools: boolean; vision: boolean; jsonSchema: boolean };
  groups: string[];
};

/** What a plan must know of the configuration: one provider's deployments, and the names of all groups. */
export type KnownConfiguration = {
  provider: { id: string; name: string; baseUrl: string };
  deployments: KnownDeployment[];
  groups: { id: string; name: string; aliases: string[]; members: number }[];
};
