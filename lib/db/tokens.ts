import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import type { Role } from "../schemas/roles.ts";
import type { TokenInput, TokenListQuery, TokenView, TokenWithSecret } from "../schemas/tokens.ts";
import { hashAdminToken, makeAdminToken, previewOf } from "../secrets.ts";
import { recordAudit } from "./audit.ts";
import { found } from "./change.ts";
import { db, writeTransaction } from "./client.ts";
import type { AdminToken } from "./generated/client.ts";
import { endInvites } from "./invites.ts";
import { pageOf } from "./page.ts";
import { endPlaygroundKeys } from "./playground.ts";
import { asRole } from "./users.ts";

function view(row: AdminToken): TokenView {
  return {
    id: row.id,
    name: row.name,
    role: asRole(row.role),
    preview: row.preview,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

export async function listTokens(query: TokenListQuery): Promise<Page<TokenView>> {
  const rows = await db().adminToken.findMany();
  const page = pageOf(rows, query, {
    sort: "-createdAt",
    texts: (row) => [row.name, row.preview],
    values: { name: (row) => row.name, createdAt: (row) => row.createdAt },
  });
  return { ...page, items: page.items.map(view) };
}

/** Makes a token. Its text is in this answer and nowhere else afterwards. */
export async function createToken(input: TokenInput, actor: Actor, masterKey: Buffer): Promise<TokenWithSecret> {
  const token = makeAdminToken();
  return await writeTransaction(async (tx) => {
    const row = await tx.adminToken.create({
      data: {
        id: newId("tok"),
        name: input.name,
        role: input.role,
        hash: hashAdminToken(masterKey, token),
        preview: previewOf(token),
        expiresAt: input.expiresAt == null ? null : new Date(input.expiresAt),
      },
    });
    const shown = view(row);
    await recordAudit(tx, {
      actor,
      action: "create",
      target: { type: "admin_token", id: row.id, name: row.name },
      after: { name: shown.name, role: shown.role, preview: shown.preview, expiresAt: shown.expiresAt },
    });
    return { ...shown, token };
  });
}

/** Ends a token at once. @throws SluiceError `not_found` */
export async function deleteToken(id: string, actor: Actor): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = found(await tx.adminToken.findUnique({ where: { id } }), "admin token");
    await tx.adminToken.delete({ where: { id } });
    await endPlaygroundKeys(tx, id);
    await endInvites(tx, id);
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "admin_token", id, name: row.name },
      before: { name: row.name, preview: row.preview },
    });
  });
}

const lastUsedStepMs = 60_000;

/** The token with this hash if it is still valid; notes, to the minute, that it was used. */
export async function acceptAdminToken(
  hash: string,
  nowMs: number = Date.now(),
): Promise<{ id: string; name: string; role: Role } | null> {
  const row = await db().adminToken.findUnique({ where: { hash } });
  if (!row || (row.expiresAt && row.expiresAt.getTime() <= nowMs)) return null;
  if (!row.lastUsedAt || nowMs - row.lastUsedAt.getTime() > lastUsedStepMs) {
    await db().adminToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(nowMs) } });
  }
  return { id: row.id, name: row.name, role: asRole(row.role) };
}
