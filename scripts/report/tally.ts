/** What one step of `npm test` found. */
export type Tally = {
  passed: number;
  failed: number;
  skipped: { title: string; reason: string }[];
  /** Passed, but only at the second try: counted as passed, named so that the fault is looked for. */
  unsteady: string[];
};

/** The last line of `npm test`: `N passed, N failed`, and `, N skipped` when something was left out. */
export function summary(tallies: Tally[]): string {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  const skipped = tallies.reduce((sum, tally) => sum + tally.skipped.length, 0);
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * The tally of a program that ran tests and left `report` (null: it left none, so it broke before its first test). A
 * program that ends unhappily although no test failed still counts as one failure: nothing may hide behind the sum.
 */
export function settle(report: Tally | null, exitCode: number | null): Tally {
  const tally = report ?? { passed: 0, failed: 0, skipped: [], unsteady: [] };
  const brokenUnseen = tally.failed === 0 && (exitCode !== 0 || report === null);
  return brokenUnseen ? { ...tally, failed: 1 } : tally;
}
