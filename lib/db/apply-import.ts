import { SluiceError } from "../errors.ts";
import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type {
  FieldChange,
  ImportCounts,
  ImportInput,
  ImportPlan,
  KnownConfiguration,
  ModelOutcome,
  PlannedChange,
  PlannedModel,
  PriceSource,
} from "../schemas/model-import.ts";
import { usdToNanos } from "../schemas/money.ts";
import { recordAudit } from "./audit.ts";
import type { DatabaseTransaction } from "./client.ts";
import { newDeploymentData } from "./deployments.ts";
import type { Prisma } from "./generated/client.ts";
import { endImportJob } from "./import-jobs.ts";
import type { ImportUndo } from "./import-undo.ts";
import { readKnownConfiguration } from "./known-configuration.ts";
import { changeConfig } from "./meta.ts";
import { requireNotFromFile } from "./provider-file.ts";
import { inChunks, storeRow } from "./stored-row.ts";

const undoDays = 7;
const dayMs = 86_400_000;
/** Names the audit log keeps of one import; the job has all of them. */
const auditedNames = 100;

/**
 * Carries out an import: its plan, its changes and the end of its job are one transaction, so that all of it happens or
 * nothing. The plan is made inside, from what is stored at that moment.
 * @throws SluiceError `conflict` with `details.problems` where the plan cannot be carried out, `not_found`
 */
export async function applyImport(
  job: {
    id: string;
    providerId: string;
    actor: Actor;
    groups: ImportInput["groups"];
    /** When the catalogue's prices were looked up; epoch ms. */
    cataloguedAtMs: number;
  },
  plan: (known: KnownConfiguration) => ImportPlan,
): Promise<void> {
  await changeConfig(async (tx) => {
    const known = await readKnownConfiguration(job.providerId, tx);
    const owner = await tx.provider.findUnique({ where: { id: job.providerId }, select: { source: true } });
    if (owner) await requireNotFromFile(tx, owner, "provider");
    const planned = plan(known);
    const [problem] = planned.problems;
    if (problem) throw new SluiceError("conflict", problem.message, { details: { problems: planned.problems } });

    const undo: ImportUndo = { kind: "import", added: [], changed: [], groups: [], members: [] };
    const outcomes: ModelOutcome[] = [];
    await addDeployments(tx, known, planned.added, job.cataloguedAtMs, undo, outcomes);
    await placeMembers(tx, known, planned, job.groups, undo);
    for (const change of planned.changed) await changeOne(tx, change, job.cataloguedAtMs, undo, outcomes);
    for (const { deploymentId, name, model, applied } of planned.vanished) {
      if (applied) await disableOne(tx, deploymentId, undo);
      outcomes.push({ model, name, deploymentId, outcome: applied ? "disabled" : "vanished" });
    }
    const counts = countsOf(planned, outcomes);
    await endImportJob(tx, job.id, {
      ...{ counts, outcomes },
      undo: hasChanged(counts) ? undo : null,
      undoUntil: hasChanged(counts) ? new Date(Date.now() + undoDays * dayMs) : null,
    });
    const names = (outcome: ModelOutcome["outcome"]) =>
      outcomes
        .filter((one) => one.outcome === outcome)
        .map(({ name }) => name)
        .slice(0, auditedNames);
    await recordAudit(tx, {
      actor: job.actor,
      action: "import",
      target: { type: "provider", id: known.provider.id, name: known.provider.name },
      after: {
        ...{ job: job.id, counts },
        ...{ added: names("added"), updated: names("updated"), disabled: names("disabled") },
        groups: planned.groups.map(({ name }) => name).slice(0, auditedNames),
      },
    });
  });
}

function countsOf(plan: ImportPlan, outcomes: readonly ModelOutcome[]): ImportCounts {
  const count = (outcome: ModelOutcome["outcome"]) => outcomes.filter((one) => one.outcome === outcome).length;
  return {
    listed: plan.listed,
    added: count("added"),
    updated: count("updated"),
    disabled: count("disabled"),
    removed: 0,
    vanished: plan.vanished.length,
    unchanged: plan.unchanged.length,
  };
}

const hasChanged = ({ added, updated, disabled }: ImportCounts) => added + updated + disabled > 0;

/** Who said the prices, and when: the catalogue at its date, everyone else now. */
type Said = { priceSource: PriceSource | null; pricedAt: Date | null };

function saidBy(priceSource: PriceSource | null, cataloguedAtMs: number): Said {
  const ofCatalogue = priceSource === "host" || priceSource === "name";
  return { priceSource, pricedAt: priceSource && new Date(ofCatalogue ? cataloguedAtMs : Date.now()) };
}

const nanos = (usd: string | null) => (usd === null ? null : usdToNanos(usd));

async function addDeployments(
  tx: DatabaseTransaction,
  { provider }: KnownConfiguration,
  added: readonly PlannedModel[],
  cataloguedAtMs: number,
  undo: ImportUndo,
  outcomes: ModelOutcome[],
): Promise<void> {
  const rows = added.map(({ model, name, prices, priceSource, contextWindow, supports }) => ({
    ...newDeploymentData({
      ...{ model, name, contextWindow, supports },
      inputPrice: nanos(prices.inputPrice),
      outputPrice: nanos(prices.outputPrice),
      cachedInputPrice: nanos(prices.cachedInputPrice),
      cacheWritePrice: nanos(prices.cacheWritePrice),
      callPrice: nanos(prices.callPrice),
    }),
    ...saidBy(priceSource, cataloguedAtMs),
    providerId: provider.id,
  }));
  for (const chunk of inChunks(rows)) await tx.deployment.createMany({ data: chunk });
  for (const { id, name, model } of rows) {
    undo.added.push({ id, name });
    outcomes.push({ model, name, deploymentId: id, outcome: "added" });
  }
}

/** Makes the groups that are new, and adds each new deployment to its group behind the members that are there. */
async function placeMembers(
  tx: DatabaseTransaction,
  known: KnownConfiguration,
  plan: ImportPlan,
  how: ImportInput["groups"],
  undo: ImportUndo,
): Promise<void> {
  if (how.mode === "none") return;
  const { priority, weight } = how;
  const idOf = new Map(known.groups.map(({ id, name }) => [name, id]));
  const fresh = plan.groups.filter(({ isNew }) => isNew).map(({ name }) => ({ id: newId("grp"), name }));
  for (const chunk of inChunks(fresh)) await tx.group.createMany({ data: chunk });
  for (const { id, name } of fresh) idOf.set(name, id);
  undo.groups.push(...fresh);

  const existing = plan.groups.filter(({ isNew }) => !isNew).flatMap(({ name }) => idOf.get(name) ?? []);
  const next = new Map<string, number>();
  for (const ids of inChunks(existing)) {
    const owned = await tx.group.findFirst({ where: { id: { in: ids }, source: "file" }, select: { source: true } });
    if (owned) await requireNotFromFile(tx, owned, "group");
    await tx.group.updateMany({ where: { id: { in: ids } }, data: { version: { increment: 1 } } });
    const last = await tx.member.groupBy({
      by: ["groupId"],
      where: { groupId: { in: ids } },
      _max: { position: true },
    });
    for (const { groupId, _max } of last) next.set(groupId, (_max.position ?? -1) + 1);
  }
  const members = plan.added.flatMap(({ group }, index) => {
    const groupId = group === null ? undefined : idOf.get(group);
    const deploymentId = undo.added[index]?.id;
    if (groupId === undefined || deploymentId === undefined) return [];
    const position = next.get(groupId) ?? 0;
    next.set(groupId, position + 1);
    return [{ groupId, deploymentId, priority, weight, position }];
  });
  for (const chunk of inChunks(members)) await tx.member.createMany({ data: chunk });
  undo.members.push(...members.map(({ groupId, deploymentId }) => ({ groupId, deploymentId, priority, weight })));
}

type Columns = Prisma.DeploymentUpdateInput;
type Stored = Record<string, unknown>;

const columnOf: Partial<Record<FieldChange["field"], string>> = {
  inputPrice: "inputPriceNanos",
  outputPrice: "outputPriceNanos",
  cachedInputPrice: "cachedInputPriceNanos",
  cacheWritePrice: "cacheWritePriceNanos",
  callPrice: "callPriceNanos",
};

/** The columns that hold the changed fields: prices each in their own, abilities together in one. */
function columnsFor(row: Stored, changes: readonly FieldChange[], said: Said): Stored {
  const columns: Stored = {};
  for (const { field, after } of changes) {
    const price = columnOf[field];
    if (price) {
      columns[price] = BigInt(usdToNanos(String(after)));
      Object.assign(columns, said);
    } else if (field === "contextWindow") columns[field] = after;
    else columns.supports = { ...((columns.supports ?? row.supports) as object), [field]: after };
  }
  return columns;
}

async function changeOne(
  tx: DatabaseTransaction,
  { deploymentId: id, name, model, changes, priceSource, applied }: PlannedChange,
  cataloguedAtMs: number,
  undo: ImportUndo,
  outcomes: ModelOutcome[],
): Promise<void> {
  outcomes.push({ model, name, deploymentId: id, outcome: applied ? "updated" : "changed" });
  if (applied) await update(tx, id, (row) => columnsFor(row, changes, saidBy(priceSource, cataloguedAtMs)), undo);
}

async function disableOne(tx: DatabaseTransaction, id: string, undo: ImportUndo): Promise<void> {
  await update(tx, id, () => ({ enabled: false }), undo);
}

/** Changes a deployment and notes what its columns held. */
async function update(
  tx: DatabaseTransaction,
  id: string,
  columns: (row: Stored) => Stored,
  undo: ImportUndo,
): Promise<void> {
  const row = await tx.deployment.findUniqueOrThrow({ where: { id } });
  const changed = columns(row);
  const before = Object.fromEntries(Object.keys(changed).map((column) => [column, (row as Stored)[column]]));
  await tx.deployment.update({ where: { id }, data: { ...(changed as Columns), version: { increment: 1 } } });
  undo.changed.push({ id, name: row.name, version: row.version + 1, before: storeRow(before) });
}
