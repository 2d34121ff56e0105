"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { PlaygroundSession } from "@/lib/schemas/playground";
import { api, isApiError } from "../api-client";
import { callChat } from "../overview/stream-chat";
import { type Answer, type Prompt, requestBody, roughInput, type Settings, type Turn } from "./conversation";

const rehearsal = { "x-sluice-rehearse": "first-tier" };
/** A key that ends sooner is not used any more: its call might outlive it. */
const renewBeforeMs = 120_000;

/** What a column calls. */
export type Column = { id: string; model: string };

/** The turns of all columns, and the calls under way. Only a press of Send makes a key. */
export function usePlayground(): {
  turns: readonly Turn[];
  running: boolean;
  send: (input: { columns: readonly Column[]; prompt: Prompt; settings: Settings; failFirstTier: boolean }) => void;
  stop: () => void;
  clear: () => void;
} {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const session = useRef<Promise<PlaygroundSession> | null>(null);
  const controller = useRef<AbortController | null>(null);
  const nextId = useRef(1);

  useEffect(() => () => controller.current?.abort(), []);

  const keyOf = useCallback(async () => {
    const known = await session.current?.catch(() => null);
    if (known && Date.parse(known.expiresAt) - Date.now() > renewBeforeMs) return known.key;
    session.current = api.post<PlaygroundSession>("/api/admin/playground/session");
    return (await session.current).key;
  }, []);

  const change = useCallback((turnId: number, column: string, changed: (before: Answer) => Partial<Answer>) => {
    setTurns((before) =>
      before.map((turn) => {
        const answer = turn.answers[column];
        if (turn.id !== turnId || !answer) return turn;
        return { ...turn, answers: { ...turn.answers, [column]: { ...answer, ...changed(answer) } } };
      }),
    );
  }, []);

  const ask = useCallback(
    async (
      turnId: number,
      column: string,
      key: Promise<string>,
      { body, failFirstTier, signal }: { body: Record<string, unknown>; failFirstTier: boolean; signal: AbortSignal },
    ) => {
      // Pieces are shown once a frame, however fast they come.
      let waiting = "";
      let frame: number | null = null;
      const flush = () => {
        frame = null;
        const piece = waiting;
        waiting = "";
        if (piece !== "") change(turnId, column, ({ text }) => ({ text: text + piece }));
      };
      try {
        const answer = await callChat({
          key: await key,
          body,
          headers: failFirstTier ? rehearsal : {},
          signal,
          onHead: (head) => change(turnId, column, () => ({ head })),
          onText: (piece) => {
            waiting += piece;
            frame ??= requestAnimationFrame(flush);
          },
        });
        flush();
        const { error, usage, inOnePiece } = answer;
        change(turnId, column, () => ({
          phase: error === null ? "done" : "failed",
          errorCode: error?.code ?? null,
          usage,
          inOnePiece,
        }));
        // The key was taken away, or has ended after all: the next call makes another.
        if (answer.status === 401) session.current = null;
      } catch (error) {
        flush();
        const code = isApiError(error) ? error.code : "network";
        change(turnId, column, () => (signal.aborted ? { phase: "stopped" } : { phase: "failed", errorCode: code }));
      } finally {
        if (frame !== null) cancelAnimationFrame(frame);
      }
    },
    [change],
  );

  const running = turns.some(({ answers }) => Object.values(answers).some(({ phase }) => phase === "running"));

  return {
    turns,
    running,
    send: ({ columns, prompt, settings, failFirstTier }) => {
      const id = nextId.current++;
      const current = new AbortController();
      controller.current = current;
      const bodies = columns.map((column) => ({
        column: column.id,
        body: requestBody(column.model, column.id, turns, prompt, settings),
      }));
      const begun = bodies.map(({ column, body }): [string, Answer] => [
        column,
        {
          ...{ phase: "running", text: "", head: null, usage: null, errorCode: null, inOnePiece: false },
          inputEstimate: roughInput(body.messages),
        },
      ]);
      setTurns((before) => [...before, { id, prompt, answers: Object.fromEntries(begun) }]);
      const key = keyOf();
      const { signal } = current;
      for (const { column, body } of bodies) void ask(id, column, key, { body, failFirstTier, signal });
    },
    stop: () => controller.current?.abort(),
    clear: () => {
      controller.current?.abort();
      setTurns([]);
    },
  };
}
