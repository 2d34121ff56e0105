import { writeFileSync } from "node:fs";
import type { FullConfig, Reporter, Suite, TestError } from "@playwright/test/reporter";
import type { Tally } from "./tally.ts";

/** Leaves the tally where `TALLY_FILE` says; the reason of a skip is the description given to `test.skip`. */
export default class TallyReporter implements Reporter {
  private suite: Suite | null = null;
  private errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.suite = suite;
  }

  onError(_error: TestError): void {
    this.errors++;
  }

  onEnd(): void {
    const tally: Tally = { passed: 0, failed: this.errors, skipped: [], unsteady: [] };
    for (const test of this.suite?.allTests() ?? []) {
      const outcome = test.outcome();
      const title = test.titlePath().filter(Boolean).join(" › ");
      if (outcome === "flaky") tally.unsteady.push(title);
      if (outcome === "expected" || outcome === "flaky") tally.passed++;
      else if (outcome === "unexpected") tally.failed++;
      else {
        const annotation = test.annotations.find(({ type }) => type === "skip" || type === "fixme");
        tally.skipped.push({ title, reason: annotation?.description ?? "no reason given" });
      }
    }
    const file = process.env.TALLY_FILE;
    if (file) writeFileSync(file, JSON.stringify(tally));
  }
}
