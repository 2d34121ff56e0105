/** Below 768 px a row is a card with its values in two or three columns, each under its name. */
export const cardClass = "max-md:grid max-md:grid-cols-2 max-md:gap-x-4 max-md:gap-y-1 min-[360px]:max-md:grid-cols-3";
export const cardCellClass = "max-md:min-w-0 max-md:flex-col max-md:items-start max-md:justify-start max-md:gap-0";
