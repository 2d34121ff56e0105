import { writeFileSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";
import type { Tally } from "./tally.ts";

/** Leaves the tally where `TALLY_FILE` says; the reason of a skip is the note given to `context.skip`. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tally: Tally = { passed: 0, failed: unhandledErrors.length, skipped: [], unsteady: [] };
    for (const module of modules) {
      const failedBefore = tally.failed;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed" && test.diagnostic()?.flaky) {
          // Nowhere else is said what went wrong at the first try.
          const [reason] = result.errors?.[0]?.message.split("\n") ?? [];
          tally.unsteady.push(reason ? `${test.fullName}: ${reason}` : test.fullName);
        }
        if (result.state === "passed") tally.passed++;
        else if (result.state === "skipped")
          tally.skipped.push({ title: test.fullName, reason: result.note ?? "no reason given" });
        else tally.failed++;
      }
      // A file that cannot be loaded, or whose hooks throw, has no failed test to show for it.
      if (module.state() === "failed" && tally.failed === failedBefore) tally.failed++;
    }
    const file = process.env.TALLY_FILE;
    if (file) writeFileSync(file, JSON.stringify(tally));
  }
}
