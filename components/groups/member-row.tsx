"use client";

import { ArrowDown, ArrowUp, MoveVertical, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useFormat } from "@/components/format";
import { ProviderIcon } from "@/components/provider-icon";
import { LiveStateBadge, StateCause } from "@/components/providers/live-state";
import { QuotaSpent } from "@/components/providers/quota-bars";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { NumberInput } from "@/components/ui/number-input";
import { Switch } from "@/components/ui/switch";
import type { DeploymentState, Strategy } from "@/lib/gateway/types";
import type { MemberRef } from "./member-refs";
import { type Board, type BoardMember, moveStep, movesOf, moveToNewTier, moveToTier, placeOf } from "./tier-board";

/** What every row of the board needs to know and to do. */
export type MemberRowContext = {
  board: Board;
  strategy: Strategy;
  refs: ReadonlyMap<string, MemberRef>;
  states: ReadonlyMap<string, DeploymentState>;
  first: ReadonlySet<string>;
  changed: ReadonlySet<string>;
  /** The provider file defines the group. */
  locked: boolean;
  onMove: (deploymentId: string, next: Board) => void;
  onChange: (deploymentId: string, part: { weight?: number; enabled?: boolean }) => void;
  onRemove: (deploymentId: string) => void;
};

/** One member of a tier: how it does, its weight, its switch, and where it can be moved. */
export function MemberRow({
  member,
  alone,
  share,
  strategy,
  board,
  refs,
  states,
  first,
  changed,
  locked,
  onMove,
  onChange,
  onRemove,
}: MemberRowContext & { member: BoardMember; alone: boolean; share: number | null }) {
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
        <ProviderIcon name={ref?.deployment.provider.name ?? label} />
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
            disabled={locked}
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
