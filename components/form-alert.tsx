"use client";

import { TriangleAlert } from "lucide-react";
import { isApiError, useErrorText, useFieldErrors } from "./api-client";

/**
 * What a form says above its fields when the server refused it: the sentence for a stale version or for a field the
 * form does not show. Faults of `shown` fields stay silent here, because their fields speak.
 */
export function FormAlert({ error, shown = [] }: { error: unknown; shown?: readonly string[] }) {
  const errorText = useErrorText();
  const fieldError = useFieldErrors(error);
  if (!isApiError(error) || error.fields.length === 0) return null;
  const hidden = error.fields.filter((field) => !shown.some((path) => covers(path, field.path)));
  if (hidden.length === 0) return null;
  return (
    <div
      role="alert"
      className="flex items-start gap-2 rounded-card bg-danger-surface px-3 py-2.5 text-danger text-small"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
      <ul className="flex min-w-0 flex-col gap-1">
        {hidden.map((field) => (
          <li key={field.path} className="break-words">
            {field.path === "version"
              ? errorText(error)
              : `${field.path}: ${fieldError(field.path) ?? errorText(error)}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

function covers(path: string, fault: string): boolean {
  return fault === path || fault.startsWith(`${path}.`) || fault.startsWith(`${path}[`);
}
