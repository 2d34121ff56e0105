"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Layers, MoveVertical, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, isApiError, useApiMutation, useErrorText } from "@/components/api-client";
import { isVersionConflict } from "@/components/conflict/is-version-conflict";
import { VersionConflict } from "@/components/conflict/version-conflict";
import { FormAlert } from "@/components/form-alert";
import { isFromFile } from "@/components/from-file";
import { useMay } from "@/components/permissions";
import { useStates } from "@/components/providers/use-providers";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import { useToast } from "@/components/ui/toast";
import { useUnsavedGuard } from "@/components/unsaved-guard";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView, MemberView } from "@/lib/schemas/groups";
import { AddMembersDialog } from "./add-members-dialog";
import { firstNow } from "./first-now";
import { type MemberRef, memberRefs } from "./member-refs";
import { MemberRow, type MemberRowContext } from "./member-row";
import { MoveMenu } from "./move-menu";
import { SortableTiers, useDropZone } from "./sortable-tiers";
import {
  addMembers,
  type Board,
  type BoardMember,
  boardChanges,
  boardOf,
  changeMember,
  membersOf,
  moveMembers,
  placeOf,
  removeMembers,
  sameBoard,
} from "./tier-board";
import { useBoardKeys } from "./use-board";
import { useShares, useSkipped } from "./use-group";

/** What is not saved yet, and the group as it was when the first change was made. */
type Draft = { board: Board; base: GroupView };

/** The order of a group's members: dragged, or moved by keyboard or menu, and saved as a whole. */
export function RoutingBoard({ group, deployments }: { group: GroupView; deployments: readonly DeploymentView[] }) {
  const t = useTranslations("groups.board");
  const toast = useToast();
  const errorText = useErrorText();
  const queryClient = useQueryClient();
  const states = useStates(deployments);
  const skipped = useSkipped([group]);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [adding, setAdding] = useState(false);
  const may = useMay();
  const shares = useShares(group.id);
  useUnsavedGuard(draft !== null);

  const locked = isFromFile(group) || !may("write");
  const board = draft?.board ?? boardOf(group.members);
  const refs = memberRefs(deployments, group.members, draft?.base.members ?? []);
  const nameOf = (deploymentId: string) => refs.get(deploymentId)?.label ?? deploymentId;
  const namesOf = (deploymentIds: readonly string[]) => ({
    name: nameOf(deploymentIds[0] ?? ""),
    others: deploymentIds.length - 1,
  });
  const first = new Set(
    firstNow(asMembers(board, refs), states, skipped.get(group.id)).map(({ deploymentId }) => deploymentId),
  );

  const change = (next: Board) => {
    if (locked) return;
    const base = draft?.base ?? group;
    setDraft(sameBoard(next, boardOf(base.members)) ? null : { board: next, base });
  };
  const whereOf = (deploymentIds: readonly string[], next: Board) => {
    const place = placeOf(next, deploymentIds[0] ?? "") ?? { tier: 0, index: 0 };
    return { ...namesOf(deploymentIds), tier: place.tier + 1, place: place.index + 1 };
  };
  const keys = useBoardKeys({
    board,
    change,
    say: {
      lifted: (ids) => t("lifted", namesOf(ids)),
      moved: (ids, next) => t("moved", whereOf(ids, next)),
      edge: (ids) => t("edge", namesOf(ids)),
      dropped: (ids, next) => t("dropped", whereOf(ids, next)),
      cancelled: (ids) => t("cancelled", namesOf(ids)),
    },
  });
  const move = (deploymentIds: readonly string[], next: Board) => {
    if (next === board) return;
    change(next);
    keys.announce(t("moved", whereOf(deploymentIds, next)));
  };
  const remove = (deploymentIds: readonly string[]) => {
    change(removeMembers(board, deploymentIds));
    keys.announce(t("removed", namesOf(deploymentIds)));
  };

  const save = useApiMutation({
    mutationFn: ({ board: wanted, version }: { board: Board; version: number }) =>
      api.put<MemberView[]>(`/api/admin/groups/${group.id}/members?version=${version}`, membersOf(wanted)),
    invalidate: [["groups"], ["deployments"]],
    success: () => t("saved"),
    quiet: true,
  });
  const submit = async (wanted: Board, version: number) => {
    try {
      await save.mutateAsync({ board: wanted, version });
      // The new order is fetched before the unsaved one goes, so that the old one does not flash up in between.
      await queryClient.fetchQuery({
        queryKey: ["groups", group.id],
        queryFn: () => api.get<GroupView>(`/api/admin/groups/${group.id}`),
        staleTime: 0,
      });
      setDraft(null);
    } catch (error) {
      if (
        !isVersionConflict(error) &&
        isApiError(error) &&
        error.code !== "unauthorized" &&
        error.fields.length === 0
      ) {
        toast({ title: errorText(error), tone: "danger" });
      }
    }
  };

  const unsaved = draft ? boardChanges(boardOf(draft.base.members), draft.board) : [];
  const changedMembers = new Set(unsaved.map(({ deploymentId }) => deploymentId));
  const addButton = (variant: "primary" | "secondary") => (
    <Button
      variant={variant}
      size={variant === "secondary" ? "compact" : "default"}
      icon={Plus}
      onClick={() => setAdding(true)}
    >
      {t("add")}
    </Button>
  );
  return (
    <Card
      flush
      title={t("title")}
      description={t("description")}
      actions={board.length > 0 && !locked && addButton("secondary")}
      footer={
        draft && (
          <div className="flex w-full flex-col gap-3">
            <FormAlert error={save.error} />
            <div className="flex flex-wrap items-center justify-between gap-2">
              <p className="text-muted-foreground">{t("unsaved", { count: unsaved.length })}</p>
              <DraftButtons
                pending={save.isPending}
                onDiscard={() => {
                  save.reset();
                  setDraft(null);
                }}
                onSave={() => void submit(draft.board, draft.base.version)}
              />
            </div>
          </div>
        )
      }
    >
      <div ref={keys.list}>
        {board.length === 0 ? (
          <EmptyState icon={Layers} title={t("empty")} action={!locked && addButton("primary")}>
            {t("emptyBody")}
          </EmptyState>
        ) : (
          <SortableTiers
            idsOf={keys.idsOf}
            overlay={(ids) => <Dragged label={t("dragged", namesOf(ids))} />}
            onDrop={(ids, anchor) => move(ids, moveMembers(board, ids, anchor))}
          >
            <p id="board-keys" className="sr-only">
              {t("handleHelp")}
            </p>
            <ol className="divide-y">
              {board.map((tier, tierIndex) => (
                <Tier
                  // A tier is known by whoever leads it; nothing inside it keeps state of its own.
                  key={tier[0]?.deploymentId}
                  number={tierIndex + 1}
                  tier={tier}
                  board={board}
                  strategy={group.strategy}
                  refs={refs}
                  states={states}
                  shares={shares}
                  first={first}
                  changed={changedMembers}
                  selected={keys.selected}
                  lifted={keys.lifted}
                  locked={locked}
                  onSelect={keys.select}
                  onHandleKey={keys.onHandleKey}
                  onHandleBlur={keys.onHandleBlur}
                  onMove={(ids, next) => {
                    keys.focusMenuOf(ids[0] ?? "");
                    move(ids, next);
                  }}
                  onChange={(deploymentId, part) => change(changeMember(board, deploymentId, part))}
                  onRemove={remove}
                />
              ))}
            </ol>
            <NewTierZone before={board.length} />
          </SortableTiers>
        )}
      </div>
      <p aria-live="polite" className="sr-only">
        {keys.announcement}
      </p>
      {keys.selected.size > 0 && !locked && (
        <div className="sticky bottom-0 flex flex-wrap items-center gap-2 border-t bg-card px-4 py-2.5 max-md:bottom-16">
          <span className="me-auto text-small">{t("selected", { count: keys.selected.size })}</span>
          <Button size="compact" variant="ghost" onClick={keys.clearSelection}>
            {t("clear")}
          </Button>
          <MoveMenu
            board={board}
            deploymentIds={keys.idsOf([...keys.selected][0] ?? "")}
            onMove={move}
            onRemove={remove}
            trigger={
              <Button size="compact" icon={MoveVertical}>
                {t("moveSelected")}
              </Button>
            }
          />
        </div>
      )}
      <AddMembersDialog
        groupName={group.name}
        open={adding}
        onOpenChange={setAdding}
        deployments={deployments.filter(({ id }) => placeOf(board, id) === null)}
        onAdd={(deploymentIds, how) => change(addMembers(board, deploymentIds, how))}
      />
      <VersionConflict
        error={save.error}
        path={`/api/admin/groups/${group.id}`}
        base={draft?.base ?? group}
        mine={{ members: asMembers(board, refs) }}
        pending={save.isPending}
        onKeepMine={({ version }) => draft && void submit(draft.board, version)}
        onTakeTheirs={() => {
          setDraft(null);
          save.reset();
        }}
        onClose={save.reset}
      />
    </Card>
  );
}

function DraftButtons({ pending, onDiscard, onSave }: { pending: boolean; onDiscard: () => void; onSave: () => void }) {
  const t = useTranslations("groups.board");
  const tCommon = useTranslations("common");
  return (
    <span className="flex gap-2">
      <Button onClick={onDiscard} disabled={pending}>
        {tCommon("discard")}
      </Button>
      <Button variant="primary" pending={pending} onClick={onSave}>
        {t("saveOrder")}
      </Button>
    </span>
  );
}

/** The board as the members it would be saved as, so that "first now" also speaks about what is not saved yet. */
function asMembers(board: Board, refs: ReadonlyMap<string, MemberRef>): MemberView[] {
  return membersOf(board).flatMap((member) => {
    const ref = refs.get(member.deploymentId);
    return ref ? [{ ...member, deployment: ref.deployment }] : [];
  });
}

type TierProps = MemberRowContext & { number: number; tier: readonly BoardMember[] };

function Tier({ number, tier, strategy, ...rest }: TierProps) {
  const t = useTranslations("groups");
  const total = tier.reduce((sum, { weight, enabled }) => sum + (enabled ? weight : 0), 0);
  const head = useDropZone({ head: number - 1 });
  return (
    <li>
      <NewTierZone before={number - 1} />
      <div
        ref={head.ref}
        className={cn(
          "flex flex-wrap items-baseline gap-x-3 border-b bg-muted/60 px-4 py-2",
          head.isOver && "border-b-2 border-b-primary",
        )}
      >
        <h3 className="font-semibold text-small">{t("tier", { number })}</h3>
        {tier.length > 1 && <span className="text-muted-foreground text-small">{t(`strategy.${strategy}`)}</span>}
        {number > 1 && <span className="text-muted-foreground text-small">{t("board.takesOver")}</span>}
      </div>
      <ul className="divide-y">
        {tier.map((member) => (
          <MemberRow
            key={member.deploymentId}
            member={member}
            alone={tier.length === 1}
            share={
              strategy === "weighted" && tier.length > 1 && member.enabled && total > 0 ? member.weight / total : null
            }
            strategy={strategy}
            {...rest}
          />
        ))}
      </ul>
    </li>
  );
}

/** Where a drop makes a tier of its own. Takes room only while something is dragged. */
function NewTierZone({ before }: { before: number }) {
  const t = useTranslations("groups.board");
  const { ref, isDragging, isOver } = useDropZone({ gap: before });
  return (
    <div
      ref={ref}
      aria-hidden
      className={cn(
        "pointer-events-none flex items-center justify-center overflow-hidden text-caption text-muted-foreground",
        isDragging ? "m-1 h-7 rounded-control border border-dashed" : "h-0",
        isOver && "border-primary bg-accent text-accent-foreground",
      )}
    >
      {isDragging && t("newTier")}
    </div>
  );
}

/** What follows the pointer. */
function Dragged({ label }: { label: string }) {
  return (
    <span className="flex w-fit cursor-grabbing items-center gap-2 rounded-card border bg-popover px-3 py-2 font-medium text-small shadow-popover">
      <MoveVertical aria-hidden className="size-4 text-muted-foreground" strokeWidth={1.75} />
      {label}
    </span>
  );
}
