import { describe, expect, it } from "vitest";
import en from "../../messages/en.json";
import { isCharacterKey, type KeyPress, keyCaps, keyFollower, keyName } from "./keys";
import { shortcutGroups, shortcutIds, shortcuts, shortcutWords } from "./registry";

const press = (key: string, changes: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...changes,
});

describe("a key press", () => {
  it("is ⌘ on a Mac and Ctrl elsewhere, and not the other", () => {
    expect(keyName(press("k", { metaKey: true }), true)).toBe("mod+k");
    expect(keyName(press("k", { ctrlKey: true }), false)).toBe("mod+k");
    expect(keyName(press("k", { ctrlKey: true }), true)).toBeNull();
    expect(keyName(press("k", { metaKey: true }), false)).toBeNull();
  });
  it("means nothing while an input method composes", () => {
    expect(keyName(press("l", { isComposing: true }), false)).toBeNull();
    expect(keyName(press("Process", { code: "KeyL" }), false)).toBeNull();
    expect(keyName(press("l", { keyCode: 229 }), false)).toBeNull();
  });
  it("counts by its place where the keyboard writes another script", () => {
    expect(keyName(press("ㅎ", { code: "KeyG" }), false)).toBe("g");
    expect(keyName(press("は", { code: "KeyF" }), false)).toBe("f");
  });
  it("is the punctuation that the layout writes, however it is reached", () => {
    expect(keyName(press("?", { shiftKey: true, code: "Slash" }), false)).toBe("?");
    const altGraph = { ctrlKey: true, altKey: true, getModifierState: (name: string) => name === "AltGraph" };
    expect(keyName(press("[", { code: "Digit8", ...altGraph }), false)).toBe("[");
    expect(keyName(press("[", { code: "Digit5", altKey: true }), true)).toBe("[");
  });
  it("with Shift is another shortcut than without", () => {
    expect(keyName(press("X", { shiftKey: true }), false)).toBe("shift+x");
    expect(keyName(press("x"), false)).toBe("x");
  });
  it("with Alt stays with the browser", () => {
    expect(keyName(press("ArrowDown", { altKey: true }), false)).toBeNull();
    expect(keyName(press("f", { altKey: true }), false)).toBeNull();
  });
});

describe("a sequence", () => {
  it("is the page of its second key, which then means nothing else", () => {
    const follow = keyFollower();
    expect(follow("g", 0)).toEqual([]);
    expect(follow("l", 200)).toEqual(["go.playground"]);
    expect(follow("l", 300)).toEqual(["logs.live"]);
  });
  it("is forgotten when the second key takes its time", () => {
    const follow = keyFollower();
    follow("g", 0);
    expect(follow("l", 5_000)).toEqual(["logs.live"]);
  });
  it("that leads nowhere swallows its second key", () => {
    const follow = keyFollower();
    follow("g", 0);
    expect(follow("x", 100)).toEqual([]);
    expect(follow("x", 200)).toEqual(["list.select"]);
  });
});

describe("the registry", () => {
  it("gives no key to two shortcuts", () => {
    const keys = shortcutIds.flatMap((id) => [...shortcuts[id].keys]);
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
  });
  it("names every shortcut and every group in words", () => {
    const lacking = shortcutIds.filter((id) => {
      const words = shortcutWords(id);
      return !(words.key in (words.in === "nav" ? en.nav : en.shortcuts.label));
    });
    expect(lacking).toEqual([]);
    expect(shortcutGroups.filter((group) => !(group in en.shortcuts.group))).toEqual([]);
  });
  it("tells plain characters, which can be switched off, from the rest", () => {
    expect(["l", "?", "shift+x", "g"].every(isCharacterKey)).toBe(true);
    expect(["mod+k", "enter", "arrowdown", "mod+enter"].some(isCharacterKey)).toBe(false);
  });
  it("shows keys as they stand on the keyboard", () => {
    expect(keyCaps("mod+k", true)).toEqual(["⌘", "K"]);
    expect(keyCaps("mod+k", false)).toEqual(["Ctrl", "K"]);
    expect(keyCaps("g>l", false)).toEqual(["g", "l"]);
    expect(keyCaps("shift+x", false)).toEqual(["Shift", "X"]);
  });
});
