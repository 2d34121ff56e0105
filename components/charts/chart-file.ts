import { byteOrderMark, csvRecord } from "@/lib/csv";
import { zonedTimestamp } from "@/lib/zoned-time";
import type { ChartPoint, ChartSeries } from "./series";

/**
 * What a chart shows as a CSV file: a row for each bucket, times in ISO 8601 with the offset of the zone, numbers as
 * they are. Values that are not known stay empty, as does a series in a bucket that has not come yet.
 */
export function chartCsv({
  series,
  points,
  words,
  timeZone,
}: {
  series: readonly Pick<ChartSeries, "name">[];
  points: readonly ChartPoint[];
  words: Record<"time" | "complete" | "expected" | "low" | "high", string>;
  timeZone: string;
}): string {
  const forecast = points.some(({ expected }) => expected);
  const more = forecast ? [words.expected, words.low, words.high] : [];
  const head = csvRecord([words.time, words.complete, ...series.map(({ name }) => name), ...more]);
  const rows = points.map(({ at, complete, values, expected, future }) =>
    csvRecord([
      zonedTimestamp(Date.parse(at), timeZone),
      complete,
      ...series.map((_, index) => (future ? null : values[index])),
      ...(forecast ? [expected?.value, expected?.low, expected?.high] : []),
    ]),
  );
  return byteOrderMark + head + rows.join("");
}

/** A table as a CSV file. */
export function tableCsv(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return byteOrderMark + [head, ...rows].map((row) => csvRecord(row)).join("");
}

/** Hands a text to the browser as a file to keep. Signs that no file system takes are left out of its name. */
export function saveFile(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, " ");
  link.click();
  URL.revokeObjectURL(url);
}
