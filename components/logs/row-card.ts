/** Below 768 px a row is a card with its values in two or three columns, each under its name; the first takes a badge. */
export const cardClass =
  "max-md:grid max-md:grid-cols-2 max-md:gap-x-3 max-md:gap-y-1 min-[360px]:max-md:grid-cols-[7rem_repeat(2,minmax(0,1fr))]";
export const cardCellClass =
  "max-md:min-w-0 max-md:flex-col max-md:items-start max-md:justify-start max-md:gap-0 max-md:[overflow-wrap:anywhere]";
