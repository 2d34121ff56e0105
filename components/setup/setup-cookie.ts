/** Remembers that the reader has put the setup list away. A plain preference, read when the page is rendered. */
export const setupCookie = "setup-list";
export const setupHiddenValue = "hidden";
