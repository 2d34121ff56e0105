import type { StatDimension } from "../schemas/stats.ts";
import { db } from "./client.ts";

type Named = { id: string; name: string };

/** Values of a dimension that no longer exist and are still looked up one by one in the call log. */
const lookUpMost = 100;

/** The name a provider had when it was removed together with its credential. */
async function nameInJobs(providerId: string): Promise<string | null> {
  const newest = { where: { providerId }, orderBy: { createdAt: "desc" as const } };
  return (await db().importJob.findFirst({ ...newest, select: { providerName: true } }))?.providerName ?? null;
}

/** The name the newest call has for something that was deleted; null where no call is left. */
async function nameInCalls(by: StatDimension, id: string): Promise<string | null> {
  const newest = { orderBy: [{ at: "desc" as const }, { id: "desc" as const }] };
  const call = db().call;
  switch (by) {
    case "outcome":
      return null;
    case "group":
      return (await call.findFirst({ where: { groupId: id }, ...newest }))?.groupName ?? null;
    case "provider":
      return (await call.findFirst({ where: { providerId: id }, ...newest }))?.providerName ?? (await nameInJobs(id));
    case "key":
      return (await call.findFirst({ where: { keyId: id }, ...newest }))?.keyName ?? null;
    case "deployment":
    case "model": {
      const row = await call.findFirst({ where: { deploymentId: id }, ...newest });
      return by === "model" || !row?.providerName
        ? (row?.servedModel ?? null)
        : `${row.providerName}/${row.servedModel}`;
    }
  }
}

async function namesNow(by: StatDimension, ids: readonly string[]): Promise<Named[]> {
  const where = { id: { in: [...ids] } };
  const select = { id: true, name: true } as const;
  switch (by) {
    case "outcome":
      return [];
    case "group":
      return await db().group.findMany({ where, select });
    case "provider":
      return await db().provider.findMany({ where, select });
    case "key":
      return await db().apiKey.findMany({ where, select });
    case "deployment": {
      const rows = await db().deployment.findMany({
        where,
        select: { ...select, provider: { select: { name: true } } },
      });
      return rows.map((row) => ({ id: row.id, name: `${row.provider.name}/${row.name}` }));
    }
    case "model": {
      const rows = await db().deployment.findMany({ where, select: { id: true, model: true } });
      return rows.map((row) => ({ id: row.id, name: row.model }));
    }
  }
}

/**
 * What the values of a dimension are called: their names now, for deleted ones the name the newest call has, else the id.
 * A model is counted by its name, under which several deployments come together; the deleted ones stay apart, because
 * retention may take their names away and must not change a sum.
 */
export async function labelsOf(by: StatDimension, ids: readonly string[]): Promise<(id: string) => Named> {
  const now = new Map((await namesNow(by, ids)).map(({ id, name }) => [id, name]));
  const before = new Map<string, string>();
  for (const id of ids.filter((one) => one !== "" && !now.has(one)).slice(0, lookUpMost)) {
    const name = await nameInCalls(by, id);
    if (name !== null) before.set(id, name);
  }
  return (id) => {
    const name = now.get(id);
    if (name !== undefined) return { id: by === "model" ? name : id, name };
    return { id, name: before.get(id) ?? id };
  };
}
