"use client";

import { useRef, useState } from "react";
import { api } from "@/components/api-client";
import type { ProbeResult } from "@/lib/gateway/types";

export type ProbeTarget = { providerId: string; deploymentId: string };
export type Probed = ProbeResult | "failed" | "running";

/** Providers are asked a few at a time: a probe is a call, and costs what a call costs. */
const atOnce = 3;

/** One small call to each of many deployments, with how far it is. */
export function useProbes(): {
  results: ReadonlyMap<string, Probed>;
  progress: { done: number; total: number; failed: number } | null;
  running: boolean;
  start: (targets: readonly ProbeTarget[]) => void;
  stop: () => void;
} {
  const [results, setResults] = useState<ReadonlyMap<string, Probed>>(new Map());
  const [asked, setAsked] = useState<readonly string[]>([]);
  const [running, setRunning] = useState(false);
  const turn = useRef(0);
  const put = (id: string, result: Probed) => setResults((known) => new Map(known).set(id, result));

  async function probe({ providerId, deploymentId }: ProbeTarget): Promise<void> {
    put(deploymentId, "running");
    try {
      put(deploymentId, await api.post<ProbeResult>(`/api/admin/providers/${providerId}/test`, { deploymentId }));
    } catch {
      put(deploymentId, "failed");
    }
  }

  async function start(targets: readonly ProbeTarget[]): Promise<void> {
    const mine = ++turn.current;
    const queue = [...targets];
    setAsked(targets.map(({ deploymentId }) => deploymentId));
    setResults((known) => {
      const rest = new Map(known);
      for (const { deploymentId } of targets) rest.delete(deploymentId);
      return rest;
    });
    setRunning(true);
    const work = async () => {
      for (let next = queue.shift(); next && turn.current === mine; next = queue.shift()) await probe(next);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (turn.current === mine) setRunning(false);
  }

  const answers = asked.map((id) => results.get(id)).filter((result) => result !== undefined && result !== "running");
  const failed = answers.filter((result) => result === "failed" || (typeof result === "object" && !result.ok)).length;
  return {
    results,
    progress: asked.length > 1 ? { done: answers.length, total: asked.length, failed } : null,
    running,
    start: (targets) => void start(targets),
    stop: () => {
      turn.current++;
      setRunning(false);
    },
  };
}
