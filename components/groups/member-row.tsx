"use client";

import { GripVertical, MoveVertical } from "lucide-react";
import { useTranslations } from "next-intl";
import type { KeyboardEvent } from "react";
import { useFormat } from "@/components/format";
import { ProviderIcon } from "@/components/provider-icon";
import { LiveStateBadge, StateCause } from "@/components/providers/live-state";
import { QuotaSpent } from "@/components/providers/quota-bars";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { cn } from "@/components/ui/cn";
import { NumberInput } from "@/components/ui/number-input";
import { Switch } from "@/components/ui/switch";
import type { DeploymentState, Strategy } from "@/lib/gateway/types";
import type { MemberRef } from "./member-refs";
import { MoveMenu } from "./move-menu";
import { ShareBar } from "./share-bar";
import { useSortableRow } from "./sortable-tiers";
import type { Board, BoardMember } from "./tier-board";
import type { Shares } from "./use-group";

/** What every row of the board needs to know and to do. */
export type MemberRowContext = {
  board: Board;
  strategy: Strategy;
  refs: ReadonlyMap<string, MemberRef>;
  states: ReadonlyMap<string, DeploymentState>;
  shares: Shares | null;
  first: ReadonlySet<string>;
  changed: ReadonlySet<string>;
  selected: ReadonlySet<string>;
  /** Members that are being moved by the keyboard. */
  lifted: ReadonlySet<string>;
  /** The order cannot be changed: the provider file defines the group, or the reader may not. */
  locked: boolean;
  onSelect: (deploymentId: string, on: boolean) => void;
  onHandleKey: (deploymentId: string, event: KeyboardEvent) => void;
  onHandleBlur: () => void;
  onMove: (deploymentIds: readonly string[], next: Board) => void;
  onChange: (deploymentId: string, part: { weight?: number; enabled?: boolean }) => void;
  onRemove: (deploymentIds: readonly string[]) => void;
};

/** One member of a tier: how it does, what it takes of the traffic, its weight, its switch, and where it can be moved. */
export function MemberRow({
  member,
  alone,
  share,
  strategy,
  board,
  refs,
  states,
  shares,
  first,
  changed,
  selected,
  lifted,
  locked,
  onSelect,
  onHandleKey,
  onHandleBlur,
  onMove,
  onChange,
  onRemove,
}: MemberRowContext & { member: BoardMember; alone: boolean; share: number | null }) {
  const t = useTranslations("groups.board");
  const format = useFormat();
  const { deploymentId, weight, enabled } = member;
  const sortable = useSortableRow(deploymentId, locked);
  const ref = refs.get(deploymentId);
  const label = ref?.label ?? deploymentId;
  const state = states.get(deploymentId) ?? null;
  const off =
    ref && !ref.deployment.provider.enabled
      ? t("providerOff")
      : ref && !ref.deployment.enabled
        ? t("deploymentOff")
        : null;
  const weighs = strategy === "weighted" || strategy === "least_busy";
  const weightHint = weight === 0 ? t("coldStandbyHint") : weighs ? undefined : t("weightUnused");
  const isLifted = lifted.has(deploymentId);
  return (
    <li
      ref={sortable.rowRef}
      data-changed={changed.has(deploymentId) || undefined}
      className={cn(
        "relative flex flex-wrap items-center gap-x-4 gap-y-2 border-l-2 border-l-transparent py-2.5 ps-3 pe-4 data-changed:border-l-primary",
        isLifted && "bg-accent ring-2 ring-ring ring-inset",
        sortable.isDragged && "opacity-40",
      )}
    >
      {sortable.dropEdge && (
        <span
          aria-hidden
          className={cn(
            "pointer-events-none absolute inset-x-0 z-10 h-0.5 bg-primary",
            sortable.dropEdge === "upper" ? "-top-px" : "-bottom-px",
          )}
        />
      )}
      <div className="flex min-w-0 flex-1 basis-56 items-center gap-2.5">
        {!locked && (
          <>
            <button
              ref={sortable.handleRef}
              type="button"
              data-handle={deploymentId}
              aria-label={t("handle", { name: label })}
              aria-pressed={isLifted}
              aria-describedby="board-keys"
              onKeyDown={(event) => onHandleKey(deploymentId, event)}
              onBlur={onHandleBlur}
              className="flex h-8 w-6 shrink-0 cursor-grab touch-none items-center justify-center rounded-control text-muted-foreground hover:bg-muted hover:text-foreground aria-pressed:text-primary max-md:hidden"
            >
              <GripVertical aria-hidden className="size-4" strokeWidth={1.75} />
            </button>
            <Checkbox
              checked={selected.has(deploymentId)}
              onCheckedChange={(on) => onSelect(deploymentId, on)}
              aria-label={t("select", { name: label })}
            />
          </>
        )}
        <ProviderIcon name={ref?.deployment.provider.name ?? label} />
        <div className="flex min-w-0 flex-col">
          <span className={enabled && !off ? "break-all font-medium" : "break-all text-muted-foreground"}>{label}</span>
          {ref && ref.deployment.model !== ref.deployment.name && (
            <span className="break-all font-mono text-muted-foreground text-small">{ref.deployment.model}</span>
          )}
          {off && <span className="text-small text-warning">{off}</span>}
        </div>
      </div>
      <div className="flex min-w-0 flex-1 basis-48 flex-wrap items-center gap-x-3 gap-y-1">
        <ShareBar share={shares && { calls: shares.calls.get(deploymentId) ?? 0, of: shares.total }} />
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
              disabled={locked}
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
            disabled={locked}
            onCheckedChange={(on) => onChange(deploymentId, { enabled: on })}
            aria-label={t("enabledOf", { name: label })}
          />
          {!locked && (
            <MoveMenu
              board={board}
              deploymentIds={[deploymentId]}
              onMove={onMove}
              onRemove={onRemove}
              trigger={
                <IconButton
                  icon={MoveVertical}
                  label={t("move", { name: label })}
                  tooltip={false}
                  data-move={deploymentId}
                />
              }
            />
          )}
        </div>
      </div>
    </li>
  );
}
