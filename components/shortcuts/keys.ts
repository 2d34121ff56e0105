import { type ShortcutId, shortcutIds, shortcuts } from "./registry";

/** What of a keyboard event decides which key it is. */
export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> & {
  isComposing?: boolean;
  keyCode?: number;
  getModifierState?: (name: string) => boolean;
};

const sequenceTimeoutMs = 1_200;

/**
 * The name of a key press as the registry writes it, or null for one that means nothing here. Letters are what the
 * layout writes; where it writes another script (ㅎ, は, п) the place of the key counts, so shortcuts work without
 * switching the input language. While an input method composes, nothing is a shortcut.
 */
export function keyName(press: KeyPress, mac: boolean): string | null {
  if (press.isComposing || press.keyCode === 229 || press.key === "Process" || press.key === "Dead") return null;
  const altGraph = press.getModifierState?.("AltGraph") ?? false;
  const mod = mac ? press.metaKey : press.ctrlKey && !altGraph;
  const foreign = mac ? press.ctrlKey : press.metaKey;
  if (foreign || (press.altKey && !altGraph && press.key.length > 1)) return null;
  const character = characterOf(press);
  if (character === null) return null;
  // On a Mac Alt writes characters of its own (⌥5 = "[" on a German keyboard); elsewhere it belongs to the browser.
  if (press.altKey && !altGraph && !mac) return null;
  // Punctuation already says whether Shift was needed to write it.
  const shift = press.shiftKey && (character.length > 1 || /^[a-z]$/.test(character));
  return `${mod ? "mod+" : ""}${shift ? "shift+" : ""}${character}`;
}

function characterOf({ key, code }: KeyPress): string | null {
  if (key.length > 1) return /^(Enter|Arrow(Up|Down|Left|Right))$/.test(key) ? key.toLowerCase() : null;
  if (/^[\u0021-\u007e]$/.test(key)) return key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter?.toLowerCase() ?? null;
}

/** Whether a key is a plain character: those can be switched off, and never act while somebody writes. */
export function isCharacterKey(name: string): boolean {
  return !name.startsWith("mod+") && !/(enter|arrow\w+)$/.test(name);
}

/**
 * Follows key presses one after the other and says which shortcuts each could mean. The second key of a sequence means
 * nothing else: `g l` goes to a page and does not also switch the live list.
 */
export function keyFollower(): (name: string, atMs: number) => readonly ShortcutId[] {
  const starts = new Set<string>();
  const byKeys = new Map<string, ShortcutId[]>();
  for (const id of shortcutIds) {
    for (const keys of shortcuts[id].keys) {
      byKeys.set(keys, [...(byKeys.get(keys) ?? []), id]);
      const [first, second] = keys.split(">");
      if (first !== undefined && second !== undefined) starts.add(first);
    }
  }
  let begun: { name: string; atMs: number } | null = null;
  return (name, atMs) => {
    const first = begun !== null && atMs - begun.atMs <= sequenceTimeoutMs ? begun.name : null;
    begun = null;
    if (first !== null) return byKeys.get(`${first}>${name}`) ?? [];
    if (starts.has(name)) begun = { name, atMs };
    return byKeys.get(name) ?? [];
  };
}

/** The caps of a shortcut as they are shown: `["g", "l"]`, `["⌘", "K"]`. */
export function keyCaps(keys: string, mac: boolean): string[] {
  const names: Record<string, string> = {
    mod: mac ? "⌘" : "Ctrl",
    shift: mac ? "⇧" : "Shift",
    enter: mac ? "↩" : "Enter",
    arrowdown: "↓",
    arrowup: "↑",
    arrowleft: "←",
    arrowright: "→",
  };
  const held = keys.includes("+");
  return keys.split(/[>+]/).map((key) => names[key] ?? (held ? key.toUpperCase() : key));
}

/** Whether this keyboard has a ⌘ key. */
export function isMac(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
