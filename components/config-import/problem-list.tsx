"use client";

import { useTranslations } from "next-intl";
import { usePages } from "@/components/providers/import/pager";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import type { ConfigNote, ConfigProblem } from "@/lib/schemas/import";

const texts = (params: ConfigProblem["params"]): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value]),
  );

/** The sentence for a problem: of the import itself, or of a field as everywhere else in the console. */
function useProblemText(): (problem: ConfigProblem) => string {
  const t = useTranslations("configImport.problems");
  const tField = useTranslations("errors.field");
  return ({ code, params, message }) => {
    const own = code as "unreadable";
    const field = code as "required";
    const values = {
      minimum: 0,
      maximum: 0,
      allowed: "",
      field: "",
      blank: "",
      name: "",
      line: 0,
      column: 0,
      ...texts(params),
    };
    if (t.has(own)) return t(own, values);
    return tField.has(field) ? tField(field, values) : message;
  };
}

/** Everything that is wrong with a document, errors first, each with its place. */
export function ProblemList({ problems }: { problems: readonly ConfigProblem[] }) {
  const t = useTranslations("configImport");
  const text = useProblemText();
  const sorted = problems.toSorted((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
  const { shown, pager } = usePages(sorted);
  if (problems.length === 0) return null;
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return (
    <Card
      flush
      title={errors > 0 ? t("problemsTitle", { count: errors }) : t("warningsTitle", { count: problems.length })}
      description={errors > 0 ? t("problemsHint") : t("warningsHint")}
    >
      <ul className="flex flex-col divide-y">
        {shown.map((problem) => (
          <li
            key={`${problem.path} ${problem.code} ${problem.message}`}
            className="flex min-w-0 flex-col gap-1 px-4 py-2"
          >
            <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
              <Badge tone={problem.severity === "error" ? "failed" : "degraded"}>
                {t(problem.severity === "error" ? "error" : "warning")}
              </Badge>
              {problem.line !== undefined && <span className="text-small">{t("line", { line: problem.line })}</span>}
              {problem.path !== "" && <code className="min-w-0 break-all text-small">{problem.path}</code>}
            </span>
            <span className="break-words">{text(problem)}</span>
          </li>
        ))}
      </ul>
      {pager}
    </Card>
  );
}

/** What was understood but could not be taken over as it was. */
export function NoteList({ notes }: { notes: readonly ConfigNote[] }) {
  const t = useTranslations("configImport");
  const { shown, pager } = usePages(notes);
  if (notes.length === 0) return null;
  return (
    <Card flush title={t("notesTitle", { count: notes.length })} description={t("notesHint")}>
      <ul className="flex flex-col divide-y">
        {shown.map((note) => (
          <li key={`${note.path} ${note.code} ${note.message}`} className="flex min-w-0 flex-col gap-0.5 px-4 py-2">
            {note.path && <code className="min-w-0 break-all text-muted-foreground text-small">{note.path}</code>}
            <NoteText note={note} />
          </li>
        ))}
      </ul>
      {pager}
    </Card>
  );
}

function NoteText({ note }: { note: ConfigNote }) {
  const t = useTranslations("configImport.notes");
  const defaults = {
    name: "",
    model: "",
    given: 0,
    most: 0,
    from: "",
    to: "",
    count: 0,
    fields: "",
    what: "",
    strategy: "",
    protocol: "",
  };
  const code = note.code as "renamed";
  return (
    <span className="break-words">{t.has(code) ? t(code, { ...defaults, ...texts(note.params) }) : note.message}</span>
  );
}
