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

function without(board: Board, deploymentId: string): { rest: Board; member: BoardMember | undefined } {
  const member = board.flat().find((one) => one.deploymentId === deploymentId);
  return { rest: board.map((tier) => tier.filter((one) => one.deploymentId !== deploymentId)), member };
}

function insert(board: Board, member: BoardMember, { tier, index }: Place): Board {
  return board.map((members, at) => (at === tier ? members.toSpliced(index, 0, member) : members));
}

/** Puts a member at the end of another tier. A tier that becomes empty goes away. */
export function moveToTier(board: Board, deploymentId: string, tier: number): Board {
  const from = placeOf(board, deploymentId);
  if (!from || from.tier === tier || !board[tier]) return board;
  const { rest, member } = without(board, deploymentId);
  if (!member) return board;
  return withoutEmptyTiers(insert(rest, member, { tier, index: rest[tier]?.length ?? 0 }));
}

/** Puts a member into a tier of its own, before the tier that is now at `before` (the number of tiers = at the end). */
export function moveToNewTier(board: Board, deploymentId: string, before: number): Board {
  const { rest, member } = without(board, deploymentId);
  return member ? withoutEmptyTiers(rest.toSpliced(before, 0, [member])) : board;
}

/** One step: within its tier, and from the edge of a tier into the neighbouring one. */
export function moveStep(board: Board, deploymentId: string, direction: "up" | "down"): Board {
  const from = placeOf(board, deploymentId);
  if (!from) return board;
  const { rest, member } = without(board, deploymentId);
  if (!member) return board;
  const size = board[from.tier]?.length ?? 0;
  const index = from.index + (direction === "up" ? -1 : 1);
  if (index >= 0 && index < size) return insert(rest, member, { tier: from.tier, index });
  const tier = from.tier + (direction === "up" ? -1 : 1);
  if (!board[tier]) return board;
  return withoutEmptyTiers(insert(rest, member, { tier, index: direction === "up" ? (rest[tier]?.length ?? 0) : 0 }));
}

/** Whether a step, or a tier of its own, would change anything: what the menu offers. */
export function movesOf(board: Board, deploymentId: string): { up: boolean; down: boolean; newTier: boolean } {
  const place = placeOf(board, deploymentId);
  const size = place ? (board[place.tier]?.length ?? 0) : 0;
  if (!place) return { up: false, down: false, newTier: false };
  return {
    up: place.tier > 0 || place.index > 0,
    down: place.tier < board.length - 1 || place.index < size - 1,
    newTier: size > 1,
  };
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

export function removeMember(board: Board, deploymentId: string): Board {
  return withoutEmptyTiers(without(board, deploymentId).rest);
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
