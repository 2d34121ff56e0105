/** The call log with the window of a cell and whose strip it is, by id. */
export function logsHref(
  subject: { deployment?: string; provider?: string; group?: string },
  { from, to }: { from: string; to: string },
): string {
  return `/logs?${new URLSearchParams({ from, to, ...subject })}`;
}
