import type { Encoding } from "../gateway/tokens.ts";

/** What the main thread and the thread that counts tokens say to each other: one job at a time, one answer each. */

export type TokenJob = { id: number; texts: readonly string[]; encoding: Encoding };
export type TokenAnswer = { id: number; tokens: number };
