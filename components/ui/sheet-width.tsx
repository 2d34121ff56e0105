"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useState } from "react";

const leastPx = 480;
const stepPx = 40;
const bounded = (width: number) => Math.round(Math.min(Math.max(leastPx, width), window.innerWidth * 0.92));

/** The edge of a sheet that can be dragged, or moved with the arrow keys. The width is remembered in this browser. */
export function SheetWidth({ name, popup }: { name: string; popup: RefObject<HTMLDivElement | null> }) {
  const t = useTranslations("common");
  const [width, setWidth] = useState<number | null>(null);
  const apply = (next: number | null) => {
    setWidth(next);
    popup.current?.style.setProperty("--sheet-width", next === null ? "" : `${next}px`);
  };
  useEffect(() => {
    const kept = Number(window.localStorage.getItem(name));
    if (kept > 0) popup.current?.style.setProperty("--sheet-width", `${bounded(kept)}px`);
  }, [name, popup]);
  const keep = (next: number) => {
    apply(next);
    window.localStorage.setItem(name, String(next));
  };
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) keep(bounded(window.innerWidth - event.clientX));
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowLeft: stepPx, ArrowRight: -stepPx }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    keep(bounded((popup.current?.offsetWidth ?? leastPx) + step));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      role="separator"
      tabIndex={0}
      aria-label={t("resize")}
      aria-orientation="vertical"
      aria-valuenow={width ?? leastPx}
      aria-valuemin={leastPx}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={onKey}
      className="absolute inset-y-0 -left-1 z-10 hidden w-2 cursor-col-resize touch-none hover:bg-primary/30 md:block"
    />
  );
}
