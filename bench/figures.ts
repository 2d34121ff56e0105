import { readdirSync, readFileSync } from "node:fs";

/** The value below which `share` (0 to 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/** Clock ticks are 10 ms on every Linux that Node supports. */
const tickUs = 10_000;

/**
 * CPU time in µs that a process used so far, all threads; with `wholeGroup` also the processes of its group. NaN where
 * there is no /proc.
 */
export function cpuTimeUs(pid: number, wholeGroup = false): number {
  try {
    const pids = wholeGroup ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [String(pid)];
    return pids.reduce((sum, name) => sum + ticksOf(name, pid, wholeGroup) * tickUs, 0);
  } catch {
    return Number.NaN;
  }
}

function ticksOf(name: string, group: number, wholeGroup: boolean): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${name}/stat`, "latin1");
  } catch (error) {
    // In a group a process may end while we look.
    if (wholeGroup) return 0;
    throw error;
  }
  // The command name may hold spaces; fields count from behind its bracket: state, parent, group, …, utime, stime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (wholeGroup && Number(fields[2]) !== group) return 0;
  return Number(fields[11]) + Number(fields[12]);
}

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row, index) => {
      const line = row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ");
      return index === 0 ? `${line}\n${"─".repeat(line.length)}` : line;
    })
    .join("\n");
}
