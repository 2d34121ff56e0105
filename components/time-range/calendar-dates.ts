/**
 * Dates of a calendar without a zone, as the day picker wants them: at noon of the machine's own clock, so that no
 * change of its clocks moves one to another day.
 */

/** `2026-11-21` as a date of the picker; undefined where it is none. */
export function calendarDate(text: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  return year === undefined ? undefined : new Date(Number(year), Number(month) - 1, Number(day), 12);
}

/** A date of the picker as `2026-11-21`. */
export function dateText(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The first day of the week: Monday in mainland China, Sunday for the other languages of the console (CLDR). */
export function weekStartOf(locale: string): 0 | 1 {
  return locale === "zh-CN" ? 1 : 0;
}
