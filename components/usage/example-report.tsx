"use client";

import { useTranslations } from "next-intl";
import { useFormat } from "../format";
import { Badge } from "../ui/badge";

/** Made-up shares of a made-up month. */
const rows = [
  { name: "gpt-large", usd: 42.1, colour: "var(--series-1)" },
  { name: "claude-medium", usd: 23.6, colour: "var(--series-3)" },
  { name: "gemini-flash", usd: 9.4, colour: "var(--series-4)" },
  { name: "local-70b", usd: 1.2, colour: "var(--series-5)" },
] as const;

/** What this page will look like, dimmed and marked as an example, until there is something to count. */
export function ExampleReport() {
  const t = useTranslations("usage");
  const tCommon = useTranslations("common");
  const format = useFormat();
  return (
    <figure className="mx-auto w-full max-w-lg px-4 pb-8">
      <figcaption className="mb-2 flex items-center gap-2 text-small">
        <Badge tone="info">{tCommon("example")}</Badge>
        {t("exampleCaption")}
      </figcaption>
      <ul aria-hidden className="flex flex-col gap-2 opacity-60">
        {rows.map(({ name, usd, colour }) => (
          <li key={name} className="grid grid-cols-[8rem_1fr_4rem] items-center gap-3 text-small">
            <span className="truncate">{name}</span>
            <span className="h-2 rounded-full bg-muted">
              <span
                style={{ width: `${(usd / rows[0].usd) * 100}%`, background: colour }}
                className="block h-full rounded-full"
              />
            </span>
            <span className="text-end tabular-nums">{format.usd(usd)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
