"use client";

import { Minus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useReasonText } from "../format";
import { EndingGlyph } from "./ending-glyph";
import { dotsOf } from "./waterfall-layout";

/** The attempts of a call in a list: one glyph each, counted together beyond five. `reasons` in order. */
export function AttemptDots({ reasons }: { reasons: readonly string[] }) {
  const t = useTranslations("calls.attempts");
  const reasonText = useReasonText();
  const dots = dotsOf(reasons);
  const label =
    reasons.length === 0
      ? t("none")
      : t("list", {
          count: reasons.length,
          reasons: dots.map((dot) => withTimes(reasonText(dot.reason), dot.times)).join(", "),
        });
  function withTimes(text: string, times: number): string {
    return times > 1 ? `${text} ${t("times", { count: times })}` : text;
  }
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      className="inline-flex items-center gap-0.5 whitespace-nowrap align-middle"
    >
      {dots.length === 0 && <Minus aria-hidden className="size-3.5 text-muted-foreground" />}
      {dots.map((dot, position) => (
        // Attempts have no id in a list, and their order never changes.
        // biome-ignore lint/suspicious/noArrayIndexKey: the position is what identifies an attempt
        <span key={position} className="inline-flex items-center">
          <EndingGlyph ending={dot.ending} />
          {dot.times > 1 && (
            <span className="text-caption text-muted-foreground">{t("times", { count: dot.times })}</span>
          )}
        </span>
      ))}
    </span>
  );
}
