"use client";

import type { CallDetailView } from "@/lib/schemas/logs";
import { DecisionSentence } from "../calls/decision-table";
import { Waterfall } from "../calls/waterfall";

/** The decision in words and the attempts on their time axis. */
export function WhyThisProvider({ call }: { call: CallDetailView }) {
  return (
    <>
      <DecisionSentence receipt={call.receipt} />
      <Waterfall at={call.at} totalMs={call.totalMs} receipt={call.receipt} />
    </>
  );
}
