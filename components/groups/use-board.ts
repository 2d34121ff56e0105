"use client";

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type Board, moveStep, moveToEdge } from "./tier-board";

type Lift = { ids: readonly string[]; before: Board };

/** What is said about a move by the keyboard, to those who cannot see it. */
export type BoardNews = {
  lifted: (deploymentIds: readonly string[]) => string;
  moved: (deploymentIds: readonly string[], board: Board) => string;
  edge: (deploymentIds: readonly string[]) => string;
  dropped: (deploymentIds: readonly string[], board: Board) => string;
  cancelled: (deploymentIds: readonly string[]) => string;
};

/**
 * Selection, and moving by the keyboard: Space lifts what a handle stands for, arrows (Home, End) move it, Space drops it,
 * Escape puts it back. Every step is said. `list` is where rows are found, since a moved row is drawn anew.
 */
export function useBoardKeys({ board, change, say }: { board: Board; change: (next: Board) => void; say: BoardNews }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [lift, setLift] = useState<Lift | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const focusNext = useRef<string | null>(null);

  // A moved row is drawn anew in its other tier: the focus follows it there.
  useEffect(() => {
    const selector = focusNext.current;
    if (selector === null) return;
    focusNext.current = null;
    list.current?.querySelector<HTMLElement>(selector)?.focus();
  });

  const known = new Set(board.flat().map(({ deploymentId }) => deploymentId));
  const selected = new Set([...chosen].filter((id) => known.has(id)));
  const idsOf = (deploymentId: string): readonly string[] =>
    selected.has(deploymentId)
      ? board
          .flat()
          .map((member) => member.deploymentId)
          .filter((id) => selected.has(id))
      : [deploymentId];

  const onHandleKey = (deploymentId: string, event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const handled = lift ? moveLifted(deploymentId, event.key, lift) : liftUp(deploymentId, event.key);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  function liftUp(deploymentId: string, key: string): boolean {
    if (key !== " " && key !== "Enter") return false;
    const ids = idsOf(deploymentId);
    setLift({ ids, before: board });
    setAnnouncement(say.lifted(ids));
    return true;
  }

  function moveLifted(deploymentId: string, key: string, { ids, before }: Lift): boolean {
    const moves: Record<string, () => Board> = {
      ArrowUp: () => moveStep(board, ids, "up"),
      ArrowDown: () => moveStep(board, ids, "down"),
      Home: () => moveToEdge(board, ids, "top"),
      End: () => moveToEdge(board, ids, "bottom"),
    };
    const next = moves[key]?.();
    if (next) {
      if (next !== board) {
        focusNext.current = `[data-handle="${CSS.escape(deploymentId)}"]`;
        change(next);
      }
      setAnnouncement(next === board ? say.edge(ids) : say.moved(ids, next));
      return true;
    }
    if (key === " " || key === "Enter") {
      setLift(null);
      setAnnouncement(say.dropped(ids, board));
      return true;
    }
    if (key === "Escape") {
      focusNext.current = `[data-handle="${CSS.escape(deploymentId)}"]`;
      change(before);
      setLift(null);
      setAnnouncement(say.cancelled(ids));
      return true;
    }
    // Tab leaves what was lifted where it is.
    return false;
  }

  return {
    list,
    announcement,
    announce: setAnnouncement,
    selected,
    idsOf,
    lifted: new Set(lift?.ids),
    select: (deploymentId: string, on: boolean) =>
      setChosen(() => {
        const next = new Set(selected);
        if (on) next.add(deploymentId);
        else next.delete(deploymentId);
        return next;
      }),
    clearSelection: () => setChosen(new Set()),
    focusMenuOf: (deploymentId: string) => {
      focusNext.current = `[data-move="${CSS.escape(deploymentId)}"]`;
    },
    onHandleKey,
    // A row that is drawn anew takes its focus along; leaving the handle otherwise puts down what was lifted.
    onHandleBlur: () => {
      if (focusNext.current === null) setLift(null);
    },
  };
}
