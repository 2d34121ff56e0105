"use client";

import { useEffect, useRef, useState } from "react";

const everyMs = 10_000;

/** Tells screen readers how things stand, at most every ten seconds, whatever happens in between. */
export function PoliteSummary({ text }: { text: string }) {
  const [told, setTold] = useState(text);
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  }, [text]);
  useEffect(() => {
    const timer = setInterval(() => setTold(latest.current), everyMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <span aria-live="polite" className="sr-only">
      {told}
    </span>
  );
}
