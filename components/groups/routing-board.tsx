"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Layers, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { api, isApiError, useApiMutation, useErrorText } from "@/components/api-client";
import { FormAlert } from "@/components/form-alert";
import { isFromFile } from "@/components/from-file";
import { useStates } from "@/components/providers/use-providers";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { useToast } from "@/components/ui/toast";
import { useUnsavedGuard } from "@/components/unsaved-guard";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView, MemberView } from "@/lib/schemas/groups";
import { AddMembersDialog } from "./add-members-dialog";
import { ConflictDialog } from "./conflict-dialog";
import { firstNow } from "./first-now";
import { type MemberRef, memberRefs } from "./member-refs";
import { MemberRow, type MemberRowContext } from "./member-row";
import {
  addMembers,
  type Board,
  type BoardMember,
  boardChanges,
  boardOf,
  changeMember,
  membersOf,
  placeOf,
  removeMember,
  sameBoard,
} from "./tier-board";
import { useSkipped } from "./use-group";

/** What is not saved yet, and the group as it was when the first change was made. */
type Draft = { board: Board; base: GroupView };

/** The order of a group's members, changed by buttons and menus and saved as a whole. */
export function RoutingBoard({ group, deployments }: { group: GroupView; deployments: readonly DeploymentView[] }) {
  const t = useTranslations("groups.board");
  const toast = useToast();
  const errorText = useErrorText();
  const queryClient = useQueryClient();
  const states = useStates(deployments);
  const skipped = useSkipped([group]);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [adding, setAdding] = useState(false);
  const [conflict, setConflict] = useState<GroupView | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const focusNext = useRef<string | null>(null);
  useUnsavedGuard(draft !== null);

  const board = draft?.board ?? boardOf(group.members);
  const refs = memberRefs(deployments, group.members, draft?.base.members ?? []);
  const nameOf = (deploymentId: string) => refs.get(deploymentId)?.label ?? deploymentId;
  const first = new Set(
    firstNow(asMembers(board, refs), states, skipped.get(group.id)).map(({ deploymentId }) => deploymentId),
  );

  // A moved row is drawn anew in its other tier: the focus follows it there.
  useEffect(() => {
    const id = focusNext.current;
    if (id === null) return;
    focusNext.current = null;
    list.current?.querySelector<HTMLElement>(`[data-move="${CSS.escape(id)}"]`)?.focus();
  });

  const change = (next: Board) => {
    if (isFromFile(group)) return;
    const base = draft?.base ?? group;
    setDraft(sameBoard(next, boardOf(base.members)) ? null : { board: next, base });
  };
  const move = (deploymentId: string, next: Board) => {
    const place = placeOf(next, deploymentId);
    if (next === board || !place) return;
    change(next);
    focusNext.current = deploymentId;
    setAnnouncement(t("moved", { name: nameOf(deploymentId), tier: place.tier + 1, place: place.index + 1 }));
  };

  const save = useApiMutation({
    mutationFn: ({ board: wanted, version }: { board: Board; version: number }) =>
      api.put<MemberView[]>(`/api/admin/groups/${group.id}/members?version=${version}`, membersOf(wanted)),
    invalidate: [["groups"], ["deployments"]],
    success: () => t("saved"),
    onSuccess: () => setConflict(null),
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
      if (isApiError(error) && error.code === "conflict") {
        setConflict(await api.get<GroupView>(`/api/admin/groups/${group.id}`));
      } else if (isApiError(error) && error.code !== "unauthorized" && error.fields.length === 0) {
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
      actions={board.length > 0 && addButton("secondary")}
      footer={
        draft && (
          <div className="flex w-full flex-col gap-3">
            <FormAlert error={save.error} shown={["version"]} />
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
      <div ref={list}>
        {board.length === 0 ? (
          <EmptyState icon={Layers} title={t("empty")} action={addButton("primary")}>
            {t("emptyBody")}
          </EmptyState>
        ) : (
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
                first={first}
                changed={changedMembers}
                locked={isFromFile(group)}
                onMove={move}
                onChange={(deploymentId, part) => change(changeMember(board, deploymentId, part))}
                onRemove={(deploymentId) => {
                  change(removeMember(board, deploymentId));
                  setAnnouncement(t("removed", { name: nameOf(deploymentId) }));
                }}
              />
            ))}
          </ol>
        )}
      </div>
      <p aria-live="polite" className="sr-only">
        {announcement}
      </p>
      <AddMembersDialog
        groupName={group.name}
        open={adding}
        onOpenChange={setAdding}
        deployments={deployments.filter(({ id }) => placeOf(board, id) === null)}
        onAdd={(deploymentIds, how) => change(addMembers(board, deploymentIds, how))}
      />
      <ConflictDialog
        latest={conflict}
        base={draft?.base ?? group}
        nameOf={(id) => refs.get(id)?.label ?? memberRefs([], conflict?.members ?? []).get(id)?.label ?? id}
        pending={save.isPending}
        onClose={() => setConflict(null)}
        onKeepMine={(latest) => draft && void submit(draft.board, latest.version)}
        onTakeTheirs={() => {
          setConflict(null);
          setDraft(null);
          save.reset();
          void queryClient.invalidateQueries({ queryKey: ["groups"] });
        }}
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
  return (
    <li>
      <div className="flex flex-wrap items-baseline gap-x-3 bg-muted/60 px-4 py-2">
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
