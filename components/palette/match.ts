const folded = (text: string) => text.normalize("NFKC").toLowerCase();
const wordsIn = (text: string) => folded(text).split(/[\s/·:,、]+/);

/**
 * How well an entry answers what was typed: 0 = not at all, 1 = its name begins so. Every typed word has to be in the
 * name or among the entry's other words; one or two Latin letters only count at the beginning of a word. Full-width
 * letters, as input methods write them, are plain ones.
 */
export function matchScore(name: string, typed: string, others: readonly string[] = []): number {
  const wanted = wordsIn(typed).filter((word) => word !== "");
  if (wanted.length === 0 || folded(name).startsWith(folded(typed.trim()))) return 1;
  const own = wordsIn(name);
  const other = others.flatMap(wordsIn);
  return Math.min(...wanted.map((word) => Math.max(placeOf(word, own) * 0.9, placeOf(word, other) * 0.6)));
}

function placeOf(word: string, among: readonly string[]): number {
  if (among.some((text) => text.startsWith(word))) return 1;
  const short = word.length <= 2 && /^[a-z0-9]+$/.test(word);
  return !short && among.some((text) => text.includes(word)) ? 0.5 : 0;
}
