/** Pixels of a character in a caption (Inter at 12 px, weight 500), by what it is; anything else is as wide as a digit. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[.,:'\s\u00a0\u202f]/, 3.7],
  [/[A-Z%m]/, 12],
  [/[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uff60]/, 12],
];
const digit = 7.8;
/** Between the texts and the axis. */
const gap = 8;

/**
 * The room of a vertical axis, in whole pixels, so that the longest of its texts fits. Counted, not measured: a chart is
 * drawn before its typeface has loaded, and what is measured then is too narrow afterwards.
 */
export function axisWidth(texts: readonly string[]): number {
  const widthOf = (text: string) =>
    [...text].reduce((sum, character) => sum + (widths.find(([kind]) => kind.test(character))?.[1] ?? digit), 0);
  return Math.ceil(Math.max(0, ...texts.map(widthOf))) + gap;
}
