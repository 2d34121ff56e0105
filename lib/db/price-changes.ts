import { SluiceError } from "../errors.ts";
import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import type { PriceSource } from "../schemas/model-import.ts";
import type { PriceChangeInput, PriceChangeQuery, PriceChangeView } from "../schemas/models.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { recordAudit } from "./audit.ts";
import { found } from "./change.ts";
import { db, writeTransaction } from "./client.ts";
import type { PriceColumns } from "./deployments.ts";
import { fieldError } from "./field-error.ts";
import type { Prisma } from "./generated/client.ts";
import { changeConfig } from "./meta.ts";
import { requireNotFromFile } from "./provider-file.ts";

const parts = {
  deployment: { select: { id: true, name: true, source: true, provider: { select: { id: true, name: true } } } },
} satisfies Prisma.PriceChangeInclude;

type Row = Prisma.PriceChangeGetPayload<{ include: typeof parts }>;

const usdOrNull = (nanos: bigint | null) => (nanos === null ? null : nanosToUsd(nanos));
const column = (nanos: number | null | undefined) => (nanos == null ? null : BigInt(nanos));

function pricesView(row: PriceColumns) {
  return {
    inputPrice: usdOrNull(row.inputPriceNanos),
    outputPrice: usdOrNull(row.outputPriceNanos),
    cachedInputPrice: usdOrNull(row.cachedInputPriceNanos),
    cacheWritePrice: usdOrNull(row.cacheWritePriceNanos),
    callPrice: usdOrNull(row.callPriceNanos),
  };
}

function pricesOf(row: PriceColumns): PriceColumns {
  const { inputPriceNanos, outputPriceNanos, cachedInputPriceNanos, cacheWritePriceNanos, callPriceNanos } = row;
  return { inputPriceNanos, outputPriceNanos, cachedInputPriceNanos, cacheWritePriceNanos, callPriceNanos };
}

/** The columns of new prices; what is absent is unknown. */
function priceColumnsOf(input: Omit<PriceChangeInput, "deploymentId" | "effectiveAt">): PriceColumns {
  return {
    inputPriceNanos: column(input.inputPrice),
    outputPriceNanos: column(input.outputPrice),
    cachedInputPriceNanos: column(input.cachedInputPrice),
    cacheWritePriceNanos: column(input.cacheWritePrice),
    callPriceNanos: column(input.callPrice),
  };
}

function view(row: Row): PriceChangeView {
  const { id, name, provider } = row.deployment;
  return {
    id: row.id,
    deployment: { id, name, provider },
    effectiveAt: row.effectiveAt.toISOString(),
    ...pricesView(row),
    source: row.source as PriceSource,
    actor: row.actor,
    createdAt: row.createdAt.toISOString(),
    appliedAt: row.appliedAt?.toISOString() ?? null,
  };
}

/** Changes of prices by their moment: those to come the next first, else the newest first. */
export async function listPriceChanges(query: PriceChangeQuery): Promise<Page<PriceChangeView>> {
  const pending = query.state === "pending";
  const rows = await db().priceChange.findMany({
    where: {
      deploymentId: query.deploymentId,
      ...(query.state && { appliedAt: pending ? null : { not: null } }),
    },
    include: parts,
    orderBy: [{ effectiveAt: pending ? "asc" : "desc" }, { id: "asc" }],
    take: query.limit ?? 100,
  });
  return { items: rows.map(view), nextCursor: null };
}

/**
 * Keeps new prices for a later moment. Nothing changes until then, and calls keep the cost they are recorded with.
 * @throws SluiceError `not_found`, `conflict` (from the provider file), `invalid_type` (a moment that has passed)
 */
export async function schedulePriceChange(
  input: PriceChangeInput & { effectiveAt: number },
  actor: Actor,
): Promise<PriceChangeView> {
  if (input.effectiveAt <= Date.now()) throw fieldError("effectiveAt", "in_the_past", "This time has passed.");
  return await writeTransaction(async (tx) => {
    const deployment = found(await tx.deployment.findUnique({ where: { id: input.deploymentId } }), "deployment");
    await requireNotFromFile(tx, deployment, "deployment");
    const row = await tx.priceChange.create({
      data: {
        ...priceColumnsOf(input),
        id: newId("prc"),
        deploymentId: deployment.id,
        effectiveAt: new Date(input.effectiveAt),
        actor: actor.name,
      },
      include: parts,
    });
    const target = { type: "deployment", id: deployment.id, name: deployment.name } as const;
    const after = { effectiveAt: row.effectiveAt.toISOString(), ...pricesView(row) };
    await recordAudit(tx, { actor, action: "schedule_price", target, before: pricesView(deployment), after });
    return view(row);
  });
}

/** Takes a change back that is still to come. @throws SluiceError `not_found`, `conflict` (already in effect) */
export async function cancelPriceChange(id: string, actor: Actor): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = found(await tx.priceChange.findUnique({ where: { id }, include: parts }), "price change");
    if (row.appliedAt !== null) throw new SluiceError("conflict", "These prices are in effect already.");
    await tx.priceChange.delete({ where: { id } });
    const target = { type: "deployment", id: row.deploymentId, name: row.deployment.name } as const;
    const before = { effectiveAt: row.effectiveAt.toISOString(), ...pricesView(row) };
    await recordAudit(tx, { actor, action: "cancel_price", target, before });
  });
}

/**
 * Puts everything that is due into effect, the oldest first, so that of several the last one stays. A deployment that
 * belongs to the provider file by now keeps that file's prices. Returns how many were applied.
 */
export async function applyDuePriceChanges(nowMs: number): Promise<number> {
  const due = { appliedAt: null, effectiveAt: { lte: new Date(nowMs) } };
  if ((await db().priceChange.count({ where: due })) === 0) return 0;
  return await changeConfig(async (tx) => {
    const rows = await tx.priceChange.findMany({
      where: due,
      include: { deployment: true },
      orderBy: [{ effectiveAt: "asc" }, { id: "asc" }],
    });
    for (const row of rows) {
      const { deployment } = row;
      await tx.priceChange.update({ where: { id: row.id }, data: { appliedAt: new Date(nowMs) } });
      if (deployment.source === "file") continue;
      const before = await tx.deployment.findUniqueOrThrow({ where: { id: deployment.id } });
      await tx.deployment.update({
        where: { id: deployment.id },
        data: { ...pricesOf(row), priceSource: row.source, pricedAt: row.effectiveAt, version: { increment: 1 } },
      });
      await recordAudit(tx, {
        actor: { type: "system", id: null, name: row.actor, ip: null },
        action: "apply_price",
        target: { type: "deployment", id: deployment.id, name: deployment.name },
        before: pricesView(before),
        after: pricesView(row),
      });
    }
    return rows.length;
  });
}

/** When the next change is due, in epoch milliseconds; null = none is planned. */
export async function nextPriceChangeMs(): Promise<number | null> {
  const next = await db().priceChange.findFirst({
    where: { appliedAt: null },
    orderBy: { effectiveAt: "asc" },
    select: { effectiveAt: true },
  });
  return next?.effectiveAt.getTime() ?? null;
}

/**
 * Gives a deployment the catalogue's prices. What is asked is what the catalogue says at its date.
 * @throws SluiceError `not_found`, `conflict` (from the provider file)
 */
export async function takeCataloguePrices(
  id: string,
  input: Omit<PriceChangeInput, "deploymentId" | "effectiveAt">,
  said: { source: PriceSource; atMs: number },
  actor: Actor,
): Promise<void> {
  await changeConfig(async (tx) => {
    const row = found(await tx.deployment.findUnique({ where: { id } }), "deployment");
    await requireNotFromFile(tx, row, "deployment");
    const data = priceColumnsOf(input);
    await tx.deployment.update({
      where: { id },
      data: { ...data, priceSource: said.source, pricedAt: new Date(said.atMs), version: { increment: 1 } },
    });
    await recordAudit(tx, {
      actor,
      action: "update",
      target: { type: "deployment", id, name: row.name },
      before: { ...pricesView(row), priceSource: row.priceSource },
      after: { ...pricesView(data), priceSource: said.source },
    });
  });
}
