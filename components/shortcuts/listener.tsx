"use client";

import { useRef } from "react";
import { useHotkeys } from "react-hotkeys-hook";
import { handlerOf } from "./active";
import { isCharacterKey, isMac, keyFollower, keyName } from "./keys";

const typingPlaces = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
/** Places where Enter and arrows already do something. */
const ownKeys =
  "a[href], button, summary, video, audio, [role=button], [role=tab], [role=menu], [role=menubar], [role=listbox], [role=grid], [role=toolbar], [role=radiogroup], [role=slider], [role=tree]";

const walking = new Set(["j", "k", "arrowdown", "arrowup"]);
/** The palette opens from a text field too. */
const everywhere = "mod+k";

/** Hears every key of the page, once, and hands it to whoever the registry says. Loaded when the page stands. */
export default function ShortcutListener() {
  const follow = useRef(keyFollower());
  useHotkeys(
    "*",
    (event) => {
      const name = keyName(event, isMac());
      if (name === null || event.defaultPrevented) return;
      // A held j walks on through the list; everything else happens once.
      if (event.repeat && !walking.has(name)) return;
      const target = event.target instanceof Element ? event.target : null;
      const character = isCharacterKey(name);
      if (character && document.documentElement.dataset.shortcuts === "off") return;
      if (name !== everywhere && target?.closest(character ? typingPlaces : `${typingPlaces}, ${ownKeys}`)) return;
      const dialogOpen = target?.closest("[role=dialog], [role=alertdialog]") != null;
      for (const id of follow.current(name, event.timeStamp)) {
        const handler = handlerOf(id, dialogOpen);
        if (handler === undefined) continue;
        event.preventDefault();
        handler.run(event);
        return;
      }
    },
    { enableOnFormTags: true, enableOnContentEditable: true, useKey: true, ignoreModifiers: true },
  );
  return null;
}
