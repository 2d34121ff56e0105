"use client";

import { type DragDropManager, StyleInjector } from "@dnd-kit/dom";
import { DragDropProvider, DragOverlay, PointerSensor, useDraggable, useDroppable } from "@dnd-kit/react";
import { createContext, type ReactNode, type Ref, useContext, useState } from "react";
import { type Anchor, anchorOf, type DropTarget } from "./tier-board";

type Over = { target: DropTarget; half: "upper" | "lower" };
type Dragging = { ids: ReadonlySet<string>; over: Over | null };

/** Constants, since new ones at every render would set the library up anew. */
const sensors = [PointerSensor];
/**
 * The first default announces in English what the board announces itself, in the reader's language. Styles without the
 * nonce of the page would be refused, and what is dragged would not follow the pointer.
 */
const pluginsOf = (defaults: Plugins): Plugins => [
  ...defaults.slice(1),
  StyleInjector.configure({ nonce: pageNonce() }) as Plugins[number],
];
type Plugins = Extract<NonNullable<ConstructorParameters<typeof DragDropManager>[0]>["plugins"], unknown[]>;

function pageNonce(): string | undefined {
  return typeof document === "undefined" ? undefined : document.querySelector<HTMLElement>("script[nonce]")?.nonce;
}

const DragState = createContext<Dragging | null>(null);

/** The operation of the library, as far as it is looked at here. */
type Operation = {
  source: { id: string | number } | null;
  target: { data: Record<string, unknown>; shape?: { center: { y: number } } } | null;
  position: { current: { y: number } };
};

function overOf({ target, position }: Operation): Over | null {
  const drop = target?.data.drop as DropTarget | undefined;
  if (!drop) return null;
  const middle = target?.shape?.center.y ?? 0;
  return { target: drop, half: position.current.y < middle ? "upper" : "lower" };
}

/**
 * Lets rows be dragged by their handles, within and across tiers. Dragging is for pointers only: the same moves exist on
 * the keyboard and in a menu. `idsOf` says which members a row takes along.
 */
export function SortableTiers({
  idsOf,
  overlay,
  onDrop,
  children,
}: {
  idsOf: (deploymentId: string) => readonly string[];
  /** What follows the pointer. */
  overlay: (deploymentIds: readonly string[]) => ReactNode;
  onDrop: (deploymentIds: readonly string[], anchor: Anchor) => void;
  children: ReactNode;
}) {
  const [dragging, setDragging] = useState<Dragging | null>(null);
  const follow = (operation: Operation) =>
    setDragging((current) => {
      if (!current) return current;
      const over = overOf(operation);
      return sameOver(current.over, over) ? current : { ...current, over };
    });
  return (
    <DragDropProvider
      sensors={sensors}
      plugins={pluginsOf}
      onDragStart={({ operation }) => {
        if (operation.source) setDragging({ ids: new Set(idsOf(String(operation.source.id))), over: null });
      }}
      onDragMove={({ operation }) => follow(operation)}
      onDragOver={({ operation }) => follow(operation)}
      onDragEnd={({ operation, canceled }) => {
        const over = overOf(operation);
        setDragging(null);
        if (!canceled && over && operation.source) {
          onDrop(idsOf(String(operation.source.id)), anchorOf(over.target, over.half));
        }
      }}
    >
      <DragState value={dragging}>{children}</DragState>
      <DragOverlay dropAnimation={null}>{(source) => overlay(idsOf(String(source.id)))}</DragOverlay>
    </DragDropProvider>
  );
}

const sameOver = (a: Over | null, b: Over | null) => JSON.stringify(a) === JSON.stringify(b);

export type SortableRow = {
  rowRef: Ref<HTMLLIElement>;
  handleRef: Ref<HTMLButtonElement>;
  isDragged: boolean;
  /** The edge at which something would be put in. */
  dropEdge: "upper" | "lower" | null;
};

/** A row that can be dragged by its handle and dropped upon. */
export function useSortableRow(deploymentId: string, disabled: boolean): SortableRow {
  const draggable = useDraggable({ id: deploymentId, disabled });
  const droppable = useDroppable({
    id: `row:${deploymentId}`,
    disabled,
    data: { drop: { row: deploymentId } satisfies DropTarget },
  });
  const state = useContext(DragState);
  const target = state?.over?.target;
  return {
    rowRef: (element) => {
      draggable.ref(element);
      droppable.ref(element);
    },
    handleRef: draggable.handleRef,
    isDragged: state?.ids.has(deploymentId) ?? false,
    dropEdge: target && "row" in target && target.row === deploymentId ? (state?.over?.half ?? null) : null,
  };
}

/** The head of a tier (its first place) or the gap before one (a tier of its own). */
export function useDropZone(target: Exclude<DropTarget, { row: string }>): {
  ref: (element: Element | null) => void;
  isDragging: boolean;
  isOver: boolean;
} {
  const { ref } = useDroppable({ id: JSON.stringify(target), data: { drop: target } });
  const state = useContext(DragState);
  return {
    ref,
    isDragging: state !== null,
    isOver: state !== null && JSON.stringify(state.over?.target) === JSON.stringify(target),
  };
}
