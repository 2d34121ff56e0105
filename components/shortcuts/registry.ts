/** The headings of the shortcut sheet, in its order. */
export const shortcutGroups = ["general", "page", "filter", "list", "call", "go"] as const;
export type ShortcutGroup = (typeof shortcutGroups)[number];

type Shortcut = { group: ShortcutGroup; keys: readonly string[] };

/**
 * Every key of the console, in one place, so that no two pages give one key two meanings. A key is what the keyboard
 * writes (`l`, `?`, `shift+x`, `mod+k`: ⌘ on a Mac, Ctrl elsewhere) or two of them in a row (`g>l`).
 */
export const shortcuts = {
  "shell.palette": { group: "general", keys: ["mod+k"] },
  "shell.shortcuts": { group: "general", keys: ["?"] },
  "shell.sidebar": { group: "general", keys: ["["] },

  "go.overview": { group: "go", keys: ["g>o"] },
  "go.logs": { group: "go", keys: ["g>r"] },
  "go.usage": { group: "go", keys: ["g>u"] },
  "go.status": { group: "go", keys: ["g>s"] },
  "go.groups": { group: "go", keys: ["g>g"] },
  "go.providers": { group: "go", keys: ["g>p"] },
  "go.models": { group: "go", keys: ["g>m"] },
  "go.failKeywords": { group: "go", keys: ["g>f"] },
  "go.keys": { group: "go", keys: ["g>k"] },
  "go.users": { group: "go", keys: ["g>e"] },
  "go.playground": { group: "go", keys: ["g>l"] },
  "go.quickstart": { group: "go", keys: ["g>q"] },
  "go.audit": { group: "go", keys: ["g>a"] },
  "go.settings": { group: "go", keys: ["g>,"] },

  "list.next": { group: "list", keys: ["j", "arrowdown"] },
  "list.previous": { group: "list", keys: ["k", "arrowup"] },
  "list.open": { group: "list", keys: ["enter", "o"] },
  "list.openInTab": { group: "list", keys: ["mod+enter"] },
  "list.select": { group: "list", keys: ["x"] },
  "list.selectRange": { group: "list", keys: ["shift+x"] },
  "list.actions": { group: "list", keys: ["."] },
  "list.copyId": { group: "list", keys: ["c"] },
  "list.copyLink": { group: "list", keys: ["shift+c"] },

  "filter.focus": { group: "filter", keys: ["/"] },
  "filter.add": { group: "filter", keys: ["f"] },
  "filter.timeRange": { group: "filter", keys: ["t"] },
  "filter.value": { group: "filter", keys: ["p"] },
  "filter.session": { group: "filter", keys: ["s"] },

  "page.new": { group: "page", keys: ["n"] },
  "logs.live": { group: "page", keys: ["l"] },
  "keys.rotate": { group: "page", keys: ["r"] },

  "call.bodies": { group: "call", keys: ["e"] },
} as const satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof shortcuts;

export const shortcutIds = Object.keys(shortcuts) as ShortcutId[];

/** Where the words of a shortcut are: those that go to a page carry its name in the navigation. */
export type ShortcutWords =
  | { in: "nav"; key: NavigationLabel }
  | { in: "shortcuts"; key: Exclude<ShortcutLabel, `go_${string}`> };
type NavigationLabel<Id extends string = ShortcutId> = Id extends `go.${infer Page}` ? Page : never;
type ShortcutLabel<Id extends string = ShortcutId> = Id extends `${infer Area}.${infer Name}`
  ? `${Area}_${Name}`
  : never;

export function shortcutWords(id: ShortcutId): ShortcutWords {
  const [area = "", name = ""] = id.split(".");
  return (area === "go" ? { in: "nav", key: name } : { in: "shortcuts", key: `${area}_${name}` }) as ShortcutWords;
}
