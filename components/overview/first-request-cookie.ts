/** Remembers that the reader has put the first-request card away. A plain preference, read when the page is rendered. */
export const firstRequestCookie = "first-request";
export const firstRequestHiddenValue = "hidden";
