"use client";

import { ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpToLine, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactElement } from "react";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import {
  type Board,
  makesNewTier,
  moveMembers,
  moveStep,
  movesOf,
  moveToEdge,
  moveToTier,
  placeOf,
} from "./tier-board";

/** Every move without a pointer: a step, to the ends, to another tier or one of their own; and out of the group. */
export function MoveMenu({
  board,
  deploymentIds,
  trigger,
  onMove,
  onRemove,
}: {
  board: Board;
  deploymentIds: readonly string[];
  trigger: ReactElement;
  onMove: (deploymentIds: readonly string[], next: Board) => void;
  onRemove: (deploymentIds: readonly string[]) => void;
}) {
  const t = useTranslations("groups.board");
  const moves = movesOf(board, deploymentIds);
  const tiers = new Set(deploymentIds.map((id) => placeOf(board, id)?.tier ?? 0));
  const here = Math.min(...tiers);
  const others = board.map((_, tier) => tier).filter((tier) => !(tiers.size === 1 && tiers.has(tier)));
  const newTier = makesNewTier(board, deploymentIds);
  const move = (next: Board) => onMove(deploymentIds, next);
  return (
    <Menu trigger={trigger}>
      <MenuItem
        icon={ArrowUpToLine}
        disabled={!moves.top}
        onClick={() => move(moveToEdge(board, deploymentIds, "top"))}
      >
        {t("top")}
      </MenuItem>
      <MenuItem icon={ArrowUp} disabled={!moves.up} onClick={() => move(moveStep(board, deploymentIds, "up"))}>
        {t("up")}
      </MenuItem>
      <MenuItem icon={ArrowDown} disabled={!moves.down} onClick={() => move(moveStep(board, deploymentIds, "down"))}>
        {t("down")}
      </MenuItem>
      <MenuItem
        icon={ArrowDownToLine}
        disabled={!moves.bottom}
        onClick={() => move(moveToEdge(board, deploymentIds, "bottom"))}
      >
        {t("bottom")}
      </MenuItem>
      {(others.length > 0 || newTier) && <MenuSeparator />}
      {others.map((tier) => (
        <MenuItem key={tier} onClick={() => move(moveToTier(board, deploymentIds, tier))}>
          {t("toTier", { number: tier + 1 })}
        </MenuItem>
      ))}
      {newTier && (
        <>
          <MenuItem onClick={() => move(moveMembers(board, deploymentIds, { newTierBefore: here }))}>
            {t("newTierAbove")}
          </MenuItem>
          <MenuItem onClick={() => move(moveMembers(board, deploymentIds, { newTierBefore: here + 1 }))}>
            {t("newTierBelow")}
          </MenuItem>
        </>
      )}
      <MenuSeparator />
      <MenuItem icon={X} tone="danger" onClick={() => onRemove(deploymentIds)}>
        {t("remove")}
      </MenuItem>
    </Menu>
  );
}
