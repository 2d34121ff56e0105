const droppedPrefix = "dropped:";

/** The flags of a call, those of features that were left out in the provider's format apart, by the feature's name. */
export function flagsOf(flags: readonly string[]): { others: string[]; dropped: string[] } {
  return {
    others: flags.filter((flag) => !flag.startsWith(droppedPrefix)),
    dropped: flags.flatMap((flag) => (flag.startsWith(droppedPrefix) ? flag.slice(droppedPrefix.length) : [])),
  };
}
