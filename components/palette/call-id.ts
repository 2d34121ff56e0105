/** The id of a call or a request in what was pasted, also amid quotes or a header's name; null when there is none. */
export function callIdIn(text: string): string | null {
  return /(?:^|[^a-z0-9_])((?:req|call)_[0-9a-z]{8,60})(?![0-9a-z_])/i.exec(text)?.[1]?.toLowerCase() ?? null;
}
