"use client";

import { type ComponentType, useEffect, useState, useSyncExternalStore } from "react";

const signs = ["pointermove", "pointerdown", "keydown"] as const;
let somebodyIsThere = false;
const prepared: (() => void)[] = [];

function begin() {
  somebodyIsThere = true;
  for (const sign of signs) window.removeEventListener(sign, begin, true);
  for (const prepare of prepared.splice(0)) prepare();
}

if (typeof window !== "undefined") for (const sign of signs) window.addEventListener(sign, begin, true);

/**
 * A part that the first picture does without: what opens over the page, and the library that places it there. It is
 * fetched at the reader's first movement or key, so it is there before anything can be pressed, or when it is drawn,
 * whichever comes first; until then it draws nothing. A fetch that failed is tried again when it is drawn again.
 */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let part: ComponentType<Props> | null = null;
  let loading = false;
  const listeners = new Set<() => void>();
  const prepare = () => {
    if (loading) return;
    loading = true;
    load().then(
      (loaded) => {
        part = loaded;
        for (const listener of listeners) listener();
      },
      () => {
        loading = false;
      },
    );
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  if (somebodyIsThere) prepare();
  else prepared.push(prepare);
  return function OnDemand(props: Props) {
    const Part = useSyncExternalStore(
      subscribe,
      () => part,
      () => null,
    );
    useEffect(prepare, []);
    return Part && <Part {...props} />;
  };
}

/** The same for what has `open`: drawn from the first time it opens, and then kept, so that it closes at its own pace. */
export function onceOpen<Props extends { open: boolean }>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const Part = onDemand(load);
  return function OnceOpen(props: Props) {
    const [wanted, setWanted] = useState(props.open);
    if (props.open && !wanted) setWanted(true);
    return wanted ? <Part {...props} /> : null;
  };
}
