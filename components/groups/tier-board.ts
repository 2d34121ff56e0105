/** A member as the board moves it. Its tier is its place in the board, not a number of its own. */
export type BoardMember = { deploymentId: string; weight: number; enabled: boolean };

/** Tiers, the first tried first; inside a tier the members in the order they are shown. Never holds an empty tier. */
export type Board = readonly (readonly BoardMember[])[];

type Priced = BoardMember & { priority: number };

/** Members with priorities of any spacing → tiers without gaps. */
export function boardOf(members: readonly Priced[]): Board {
  const priorities = [...new Set(members.map(({ priority }) => priority))].toSorted((a, b) => a - b);
  return priorities.map((priority) =>
    members
      .filter((member) => member.priority === priority)
      .map(({ deploymentId, weight, enabled }) => ({ deploymentId, weight, enabled })),
  );
}

/** Tiers → members with priorities 1, 2, 3 …, in the order they are shown. */
export function membersOf(board: Board): Priced[] {
  return board.flatMap((tier, index) => tier.map((member) => ({ ...member, priority: index + 1 })));
}

export type Place = { tier: number; index: number };

export function placeOf(board: Board, deploymentId: string): Place | null {
  for (const [tier, members] of board.entries()) {
    const index = members.findIndex((member) => member.deploymentId === deploymentId);
    if (index >= 0) return { tier, index };
  }
  return null;
}

const withoutEmptyTiers = (board: Board): Board => board.filter((tier) => tier.length > 0);

/** Where members go: beside one that stays, to the edge of a tier, or into a tier of their own. */
export type Anchor =
  | { before: string }
  | { after: string }
  | { startOf: number }
  | { endOf: number }
  | { newTierBefore: number };

/**
 * Puts members together at one place, in the order they had. A tier that becomes empty goes away. The board stays as it
 * is where the place is one of theirs, or is none.
 */
export function moveMembers(board: Board, deploymentIds: readonly string[], anchor: Anchor): Board {
  const moving = new Set(deploymentIds);
  const taken = board.flat().filter(({ deploymentId }) => moving.has(deploymentId));
  const rest: Board = board.map((tier) => tier.filter(({ deploymentId }) => !moving.has(deploymentId)));
  const moved = taken.length === 0 ? null : inserted(rest, taken, anchor);
  if (!moved) return board;
  const next = withoutEmptyTiers(moved);
  return sameBoard(next, board) ? board : next;
}

function inserted(rest: Board, taken: readonly BoardMember[], anchor: Anchor): Board | null {
  if ("newTierBefore" in anchor) return rest.toSpliced(anchor.newTierBefore, 0, taken);
  if ("startOf" in anchor || "endOf" in anchor) {
    const at = "startOf" in anchor ? anchor.startOf : anchor.endOf;
    if (!rest[at]) return null;
    return rest.map((tier, index) =>
      index !== at ? tier : "startOf" in anchor ? [...taken, ...tier] : [...tier, ...taken],
    );
  }
  const place = placeOf(rest, "before" in anchor ? anchor.before : anchor.after);
  if (!place) return null;
  const index = place.index + ("after" in anchor ? 1 : 0);
  return rest.map((tier, at) => (at === place.tier ? tier.toSpliced(index, 0, ...taken) : tier));
}

/** Puts members at the end of a tier. They stay where they are when they are all of them in it. */
export function moveToTier(board: Board, deploymentIds: readonly string[], tier: number): Board {
  if (deploymentIds.every((id) => placeOf(board, id)?.tier === tier)) return board;
  return moveMembers(board, deploymentIds, { endOf: tier });
}

/** One step together: within the tier of the foremost (or hindmost), and from the edge of a tier into the next one. */
export function moveStep(board: Board, deploymentIds: readonly string[], direction: "up" | "down"): Board {
  const moving = new Set(deploymentIds);
  const places = board
    .flat()
    .filter(({ deploymentId }) => moving.has(deploymentId))
    .flatMap(({ deploymentId }) => placeOf(board, deploymentId) ?? []);
  const edge = direction === "up" ? places[0] : places.at(-1);
  if (!edge) return board;
  const tier = board[edge.tier] ?? [];
  const beyond = direction === "up" ? tier.slice(0, edge.index).reverse() : tier.slice(edge.index + 1);
  const neighbour = beyond.find(({ deploymentId }) => !moving.has(deploymentId));
  if (neighbour) {
    const { deploymentId } = neighbour;
    return moveMembers(board, deploymentIds, direction === "up" ? { before: deploymentId } : { after: deploymentId });
  }
  return moveMembers(board, deploymentIds, direction === "up" ? { endOf: edge.tier - 1 } : { startOf: edge.tier + 1 });
}

/** To the very beginning or the very end of the order, without making a tier. */
export function moveToEdge(board: Board, deploymentIds: readonly string[], edge: "top" | "bottom"): Board {
  return moveMembers(board, deploymentIds, edge === "top" ? { startOf: 0 } : { endOf: board.length - 1 });
}

export type Moves = { up: boolean; down: boolean; top: boolean; bottom: boolean };

/** Which moves would change anything: what the menu offers. */
export function movesOf(board: Board, deploymentIds: readonly string[]): Moves {
  return {
    up: moveStep(board, deploymentIds, "up") !== board,
    down: moveStep(board, deploymentIds, "down") !== board,
    top: moveToEdge(board, deploymentIds, "top") !== board,
    bottom: moveToEdge(board, deploymentIds, "bottom") !== board,
  };
}

/** Whether members would be in a tier of their own that is not there yet. */
export function makesNewTier(board: Board, deploymentIds: readonly string[]): boolean {
  const [first = ""] = deploymentIds;
  const tier = board[placeOf(board, first)?.tier ?? -1] ?? [];
  return !(
    tier.length === deploymentIds.length && tier.every(({ deploymentId }) => deploymentIds.includes(deploymentId))
  );
}

/** What is under the pointer while members are dragged: a row, the head of a tier, or the gap before one. */
export type DropTarget = { row: string } | { head: number } | { gap: number };

/** Where a drop puts them. On a row it depends on which half of it the pointer is over. */
export function anchorOf(target: DropTarget, half: "upper" | "lower"): Anchor {
  if ("row" in target) return half === "upper" ? { before: target.row } : { after: target.row };
  return "head" in target ? { startOf: target.head } : { newTierBefore: target.gap };
}

export function changeMember(
  board: Board,
  deploymentId: string,
  change: Partial<Omit<BoardMember, "deploymentId">>,
): Board {
  return board.map((tier) =>
    tier.map((member) => (member.deploymentId === deploymentId ? { ...member, ...change } : member)),
  );
}

export function removeMembers(board: Board, deploymentIds: readonly string[]): Board {
  return withoutEmptyTiers(
    board.map((tier) => tier.filter(({ deploymentId }) => !deploymentIds.includes(deploymentId))),
  );
}

/** New members, each in a tier of its own at the end (failover), or all in the last tier (sharing the load). */
export function addMembers(board: Board, deploymentIds: readonly string[], how: "own_tiers" | "last_tier"): Board {
  const known = new Set(board.flat().map(({ deploymentId }) => deploymentId));
  const fresh = deploymentIds
    .filter((id) => !known.has(id))
    .map((deploymentId) => ({ deploymentId, weight: 1, enabled: true }));
  if (fresh.length === 0) return board;
  if (how === "own_tiers") return [...board, ...fresh.map((member) => [member])];
  const last = board.at(-1) ?? [];
  return [...board.slice(0, -1), [...last, ...fresh]];
}

export type BoardChange = {
  deploymentId: string;
  kind: "added" | "removed" | "moved" | "weight" | "enabled" | "disabled";
};

/** What differs between two boards, one entry a fact: what is unsaved, or what somebody else saved. */
export function boardChanges(before: Board, after: Board): BoardChange[] {
  const old = new Map(membersOf(before).map((member) => [member.deploymentId, member]));
  const current = new Map(membersOf(after).map((member) => [member.deploymentId, member]));
  const changes: BoardChange[] = [];
  for (const deploymentId of old.keys()) {
    if (!current.has(deploymentId)) changes.push({ deploymentId, kind: "removed" });
  }
  for (const [deploymentId, member] of current) {
    const was = old.get(deploymentId);
    if (!was) {
      changes.push({ deploymentId, kind: "added" });
      continue;
    }
    if (was.weight !== member.weight) changes.push({ deploymentId, kind: "weight" });
    if (was.enabled !== member.enabled) changes.push({ deploymentId, kind: member.enabled ? "enabled" : "disabled" });
  }
  for (const deploymentId of movedMembers(before, after)) changes.push({ deploymentId, kind: "moved" });
  return changes;
}

/**
 * The members that somebody moved. Ranks are compared among the members both boards have, so that adding or removing
 * one does not make all the others look moved.
 */
function movedMembers(before: Board, after: Board): string[] {
  const inBoth = new Set(
    before
      .flat()
      .map(({ deploymentId }) => deploymentId)
      .filter((id) => placeOf(after, id) !== null),
  );
  const shared = (board: Board) =>
    withoutEmptyTiers(board.map((tier) => tier.filter(({ deploymentId }) => inBoth.has(deploymentId))));
  const old = shared(before);
  const current = shared(after);
  return current.flat().flatMap(({ deploymentId }) => {
    const was = placeOf(old, deploymentId);
    const is = placeOf(current, deploymentId);
    return was?.tier === is?.tier && was?.index === is?.index ? [] : [deploymentId];
  });
}

export const sameBoard = (a: Board, b: Board): boolean => JSON.stringify(a) === JSON.stringify(b);
