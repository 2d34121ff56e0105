import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryAnswer } from "../testing/arbitrary-answers.ts";
import { AnswerCollector, BlockOrder, piecesOf } from "./answer-pieces.ts";
import type { AnswerPiece } from "./conversation.ts";

const text = (index: number, value: string): AnswerPiece => ({ kind: "text", index, text: value });
const open = (index: number): AnswerPiece => ({ kind: "open", index, block: { kind: "text" } });
const close = (index: number): AnswerPiece => ({ kind: "close", index });
const collected = (pieces: Iterable<AnswerPiece>) => {
  const collector = new AnswerCollector();
  for (const piece of pieces) collector.add(piece);
  return collector.result();
};

describe("the pieces of an answer", () => {
  it("put together are the answer", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (answer) => {
        expect(collected(piecesOf(answer))).toEqual(answer);
      }),
    );
  });

  it("of blocks that were never opened are ignored", () => {
    expect(collected([text(3, "x"), close(9)]).parts).toEqual([]);
  });

  it("that say usage again: the last counts", () => {
    const usage = (input: number): AnswerPiece => ({
      kind: "usage",
      usage: { input, output: 1, cached: 0, cacheWrite: 0, reasoning: 0 },
    });
    expect(collected([usage(1), usage(7)]).usage?.input).toBe(7);
  });
});

describe("blocks that overlap", () => {
  it("come one after another, and the lowest is never kept waiting", () => {
    const order = new BlockOrder();
    expect([open(0), open(1), text(1, "b"), text(0, "a"), close(1)].flatMap((piece) => order.push(piece))).toEqual([
      open(0),
      text(0, "a"),
    ]);
    expect(order.push(close(0))).toEqual([close(0), open(1), text(1, "b"), close(1)]);
    expect(order.push(open(2))).toEqual([open(2)]);
  });

  it("are all there and closed before the finish, whoever forgot to close them", () => {
    const order = new BlockOrder();
    for (const piece of [open(0), open(2), open(1), text(1, "b")]) order.push(piece);
    const finish: AnswerPiece = { kind: "finish", finish: { reason: "stop", stopSequence: null } };
    expect(order.push(finish)).toEqual([close(0), open(1), text(1, "b"), close(1), open(2), close(2), finish]);
    expect(order.end()).toEqual([]);
  });

  it("mean the same in any interleaving", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), fc.infiniteStream(fc.nat(1000)), (answer, dice) => {
        const pieces = interleaved(piecesOf(answer), dice);
        const order = new BlockOrder();
        const ordered = [...pieces.flatMap((piece) => order.push(piece)), ...order.end()];
        expect(collected(ordered)).toEqual(answer);
        expect(mostOpen(ordered)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

/** Mixes the blocks; opens stay in order, as do the pieces of each block. */
function interleaved(pieces: readonly AnswerPiece[], dice: Iterator<number>): AnswerPiece[] {
  const [begin, ...rest] = pieces;
  const blocks: AnswerPiece[][] = [];
  const after: AnswerPiece[] = [];
  for (const piece of rest) {
    if (!("index" in piece)) after.push(piece);
    else {
      blocks[piece.index] ??= [];
      blocks[piece.index]?.push(piece);
    }
  }
  const mixed: AnswerPiece[] = begin ? [begin] : [];
  let opened = 0;
  while (blocks.some((block) => block.length > 0)) {
    const able = blocks.flatMap((block, index) => (block.length > 0 && index <= opened ? [index] : []));
    const index = able[(dice.next().value ?? 0) % able.length] ?? 0;
    if (index === opened) opened++;
    mixed.push(blocks[index]?.shift() as AnswerPiece);
  }
  return [...mixed, ...after];
}

function mostOpen(pieces: readonly AnswerPiece[]): number {
  let count = 0;
  let most = 0;
  for (const { kind } of pieces) {
    if (kind === "open") most = Math.max(most, ++count);
    if (kind === "close") count--;
  }
  return most;
}
