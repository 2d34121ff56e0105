import { SluiceError } from "../errors.ts";
import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { SavedViewView, ViewInput, ViewPage } from "../schemas/views.ts";
import { found } from "./change.ts";
import { db, writeTransaction } from "./client.ts";
import { fieldError } from "./field-error.ts";
import type { SavedView } from "./generated/client.ts";

/** Views one person keeps of one page. */
const viewsMost = 50;

const ownerOf = (actor: Actor): string => actor.id ?? actor.type;

function view(row: SavedView, actor: Actor): SavedViewView {
  return {
    id: row.id,
    page: row.page as ViewPage,
    name: row.name,
    query: row.query,
    shared: row.shared,
    mine: row.userId === ownerOf(actor),
    createdAt: row.createdAt.toISOString(),
  };
}

/** The reader's own views of a page and those others share, oldest first. */
export async function listViews(page: ViewPage, actor: Actor): Promise<SavedViewView[]> {
  const rows = await db().savedView.findMany({
    where: { page, OR: [{ userId: ownerOf(actor) }, { shared: true }] },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map((row) => view(row, actor));
}

/** Keeps a filter under a name. @throws SluiceError for a name that is taken, `conflict` when there are too many */
export async function createView(input: ViewInput, actor: Actor): Promise<SavedViewView> {
  return await writeTransaction(async (tx) => {
    const own = await tx.savedView.findMany({ where: { page: input.page, userId: ownerOf(actor) } });
    if (own.some(({ name }) => name.toLowerCase() === input.name.toLowerCase())) {
      throw fieldError("name", "duplicate", `"${input.name}" is a view already.`, { value: input.name });
    }
    if (own.length >= viewsMost) {
      throw new SluiceError("conflict", `At most ${viewsMost} views of a page are kept. Delete one first.`);
    }
    return view(await tx.savedView.create({ data: { id: newId("view"), userId: ownerOf(actor), ...input } }), actor);
  });
}

/** Ends a view: one's own, or with `others` a shared one. @throws SluiceError `not_found`, `forbidden` */
export async function deleteView(id: string, actor: Actor, options: { others: boolean }): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = await tx.savedView.findUnique({ where: { id } });
    const mine = row?.userId === ownerOf(actor);
    // Somebody else's private view does not exist for anybody else.
    const { shared } = found(row !== null && (mine || row.shared) ? row : null, "view");
    if (!mine && shared && !options.others) {
      throw new SluiceError("forbidden", "Only whoever shared this view, or an administrator, may delete it.");
    }
    await tx.savedView.delete({ where: { id } });
  });
}
