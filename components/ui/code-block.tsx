"use client";

import type { ReactNode } from "react";
import { cn } from "./cn";
import { CopyButton } from "./copy-button";

/** Text to read or to copy, as it is. Never interpreted as markup. */
export function CodeBlock({
  code,
  title,
  label,
  wrap,
  className,
}: {
  code: string;
  title?: ReactNode;
  /** Names the region for screen readers. */
  label: string;
  wrap?: boolean;
  className?: string;
}) {
  return (
    <figure className={cn("min-w-0 overflow-hidden rounded-card border bg-muted", className)}>
      <figcaption className="flex min-h-9 items-center justify-between gap-2 border-b ps-3 pe-1 text-caption text-muted-foreground">
        <span className="min-w-0 truncate">{title ?? label}</span>
        <CopyButton text={code} />
      </figcaption>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by keyboard (axe)
        tabIndex={0}
        aria-label={label}
        className="max-h-96 overflow-auto"
      >
        <pre className={cn("w-max min-w-full p-3 text-small", wrap && "w-full whitespace-pre-wrap break-words")}>
          <code>{code}</code>
        </pre>
      </section>
    </figure>
  );
}

/** A short piece of code or an id inside text. */
export function Code({ children, className }: { children: ReactNode; className?: string }) {
  return <code className={cn("rounded-xs bg-muted px-1 py-0.5 text-[0.92em]", className)}>{children}</code>;
}
