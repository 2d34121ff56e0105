import type { ReactNode } from "react";

/** Names and values, two columns on wide screens. Entries without a value are left out. */
export function FactsList({ facts }: { facts: readonly { name: string; value: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-8 text-body md:grid-cols-2">
      {facts
        .filter(({ value }) => value !== null && value !== undefined && value !== "")
        .map(({ name, value }) => (
          <div key={name} className="flex min-w-0 items-baseline justify-between gap-4 border-b py-1.5">
            <dt className="shrink-0 text-muted-foreground text-small">{name}</dt>
            <dd className="min-w-0 break-words text-end">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
