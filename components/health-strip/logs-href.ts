/** The call log with the window of a cell and whose strip it is, by id: all calls that tried it, whoever answered. */
export function logsHref(
  subject: { tried: string } | { group: string },
  { from, to }: { from: string; to: string },
): string {
  return `/logs?${new URLSearchParams({ from, to, ...subject })}`;
}
