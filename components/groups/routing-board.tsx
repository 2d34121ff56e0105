"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Layers, MoveVertical, Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { api, isApiError, useApiMutation, useErrorText } from "@/components/api-client";
import { FormAlert } from "@/components/form-alert";
import { useFormat } from "@/components/format";
import { LiveStateBadge, StateCause } from "@/components/providers/live-state";
import { QuotaSpent } from "@/components/providers/quota-bars";
import { useStates } from "@/components/providers/use-providers";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { Monogram } from "@/components/ui/monogram";
import { NumberInput } from "@/components/ui/number-input";
import { Switch } from "@/components/ui/switch";
import { useToast } from "@/components/ui/toast";
import { useUnsavedGuard } from "@/components/unsaved-guard";
import type { DeploymentState, Strategy } from "@/lib/gateway/types";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView, MemberView } from "@/lib/schemas/groups";
import { AddMembersDialog } from "./add-members-dialog";
import { ConflictDialog } from "./conflict-dialog";
import { firstNow } from "./first-now";
import { type MemberRef, memberRefs } from "./member-refs";
import {
  addMembers,
  type Board,
  type BoardMember,
  boardChanges,
  boardOf,
  changeMember,
  membersOf,
  moveStep,
  movesOf,
  moveToNewTier,
  moveToTier,
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

type TierProps = {
  number: number;
  tier: readonly BoardMember[];
  board: Board;
  strategy: Strategy;
  refs: ReadonlyMap<string, MemberRef>;
  states: ReadonlyMap<string, DeploymentState>;
  first: ReadonlySet<string>;
  changed: ReadonlySet<string>;
  onMove: (deploymentId: string, next: Board) => void;
  onChange: (deploymentId: string, part: { weight?: number; enabled?: boolean }) => void;
  onRemove: (deploymentId: string) => void;
};

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

function MemberRow({
  member,
  alone,
  share,
  strategy,
  board,
  refs,
  states,
  first,
  changed,
  onMove,
  onChange,
  onRemove,
}: Omit<TierProps, "number" | "tier"> & { member: BoardMember; alone: boolean; share: number | null }) {
  const t = useTranslations("groups.board");
  const format = useFormat();
  const { deploymentId, weight, enabled } = member;
  const ref = refs.get(deploymentId);
  const label = ref?.label ?? deploymentId;
  const state = states.get(deploymentId) ?? null;
  const moves = movesOf(board, deploymentId);
  const off =
    ref && !ref.deployment.provider.enabled
      ? t("providerOff")
      : ref && !ref.deployment.enabled
        ? t("deploymentOff")
        : null;
  const step = (direction: "up" | "down") => onMove(deploymentId, moveStep(board, deploymentId, direction));
  const weighs = strategy === "weighted" || strategy === "least_busy";
  const weightHint = weight === 0 ? t("coldStandbyHint") : weighs ? undefined : t("weightUnused");
  return (
    <li
      data-changed={changed.has(deploymentId) || undefined}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-l-2 border-l-transparent px-4 py-2.5 data-changed:border-l-primary"
    >
      <div className="flex min-w-0 flex-1 basis-56 items-center gap-2.5">
        <Monogram name={ref?.deployment.provider.name ?? label} />
        <div className="flex min-w-0 flex-col">
          <span className={enabled && !off ? "break-all font-medium" : "break-all text-muted-foreground"}>{label}</span>
          {ref && ref.deployment.model !== ref.deployment.name && (
            <span className="break-all font-mono text-muted-foreground text-small">{ref.deployment.model}</span>
          )}
          {off && <span className="text-small text-warning">{off}</span>}
        </div>
      </div>
      <div className="flex min-w-0 flex-1 basis-40 flex-wrap items-center gap-x-2 gap-y-1">
        <LiveStateBadge state={state?.state ?? "unknown"} />
        {first.has(deploymentId) && (
          <Badge tone="info" icon={false}>
            {t("firstNow")}
          </Badge>
        )}
        <StateCause cause={state} />
        <QuotaSpent left={state?.quota ?? null} />
      </div>
      <div className="flex w-full flex-wrap items-center gap-x-4 gap-y-2 md:w-auto">
        {(!alone || weight === 0) && (
          <div className="flex items-center gap-2" title={weightHint}>
            <NumberInput
              value={weight}
              onValueChange={(next) => onChange(deploymentId, { weight: Math.round(next ?? 0) })}
              min={0}
              max={1_000_000}
              aria-label={t("weightOf", { name: label })}
              className="w-36"
            />
            <span className="w-20 text-muted-foreground text-small md:w-24">
              {weight === 0
                ? t("coldStandby")
                : share === null
                  ? t("weight")
                  : t("share", { share: format.percent(share) })}
            </span>
          </div>
        )}
        <div className="ms-auto flex items-center gap-4">
          <Switch
            checked={enabled}
            onCheckedChange={(on) => onChange(deploymentId, { enabled: on })}
            aria-label={t("enabledOf", { name: label })}
          />
          <span className="flex items-center gap-1">
            <IconButton
              icon={ArrowUp}
              label={t("up")}
              disabled={!moves.up}
              onClick={() => step("up")}
              className="max-md:hidden"
            />
            <IconButton
              icon={ArrowDown}
              label={t("down")}
              disabled={!moves.down}
              onClick={() => step("down")}
              className="max-md:hidden"
            />
            <Menu
              trigger={
                <IconButton
                  icon={MoveVertical}
                  label={t("move", { name: label })}
                  tooltip={false}
                  data-move={deploymentId}
                />
              }
            >
              <MenuItem icon={ArrowUp} disabled={!moves.up} onClick={() => step("up")}>
                {t("up")}
              </MenuItem>
              <MenuItem icon={ArrowDown} disabled={!moves.down} onClick={() => step("down")}>
                {t("down")}
              </MenuItem>
              <MoveToTierItems board={board} deploymentId={deploymentId} newTier={moves.newTier} onMove={onMove} />
              <MenuSeparator />
              <MenuItem icon={X} tone="danger" onClick={() => onRemove(deploymentId)}>
                {t("remove")}
              </MenuItem>
            </Menu>
          </span>
        </div>
      </div>
    </li>
  );
}

function MoveToTierItems({
  board,
  deploymentId,
  newTier,
  onMove,
}: {
  board: Board;
  deploymentId: string;
  newTier: boolean;
  onMove: (deploymentId: string, next: Board) => void;
}) {
  const t = useTranslations("groups.board");
  const here = placeOf(board, deploymentId)?.tier ?? 0;
  const others = board.map((_, tier) => tier).filter((tier) => tier !== here);
  if (others.length === 0 && !newTier) return null;
  return (
    <>
      <MenuSeparator />
      {others.map((tier) => (
        <MenuItem key={tier} onClick={() => onMove(deploymentId, moveToTier(board, deploymentId, tier))}>
          {t("toTier", { number: tier + 1 })}
        </MenuItem>
      ))}
      {newTier && (
        <>
          <MenuItem onClick={() => onMove(deploymentId, moveToNewTier(board, deploymentId, here))}>
            {t("newTierAbove")}
          </MenuItem>
          <MenuItem onClick={() => onMove(deploymentId, moveToNewTier(board, deploymentId, here + 1))}>
            {t("newTierBelow")}
          </MenuItem>
        </>
      )}
    </>
  );
}
