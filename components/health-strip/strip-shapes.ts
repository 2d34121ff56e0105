import type { HealthCell } from "@/lib/schemas/health";
import { type CellLook, cellLook } from "./strip-model";

/** All that is drawn alike in a strip, as one path. */
export type StripShape = { kind: CellLook["state"] | "notch"; path: string };

/** The width of one cell in the units of a strip's paths; heights are pixels. */
export const cellUnits = 100;
/** Of a strip in a list, in pixels. */
export const compactHeight = 18;
const squareHeight = 5;
const leastHeight = 4;

/**
 * The bars of a strip of `height` pixels, tallest `tallest`. A cell is a few characters in a path and no element of
 * its own: a page of strips has thousands of them.
 */
export function stripShapes(cells: readonly HealthCell[], height: number, tallest = height): StripShape[] {
  const paths = new Map<StripShape["kind"], string>();
  const add = (kind: StripShape["kind"], path: string) => paths.set(kind, (paths.get(kind) ?? "") + path);
  cells.forEach((cell, index) => {
    const look = cellLook(cell);
    const tall = look.height === 0 ? squareHeight : Math.max(leastHeight, Math.round(tallest * look.height));
    const wide = look.half ? 38 : 76;
    const left = index * cellUnits + (cellUnits - wide) / 2;
    // An outline is drawn on both sides of its line.
    const inset = look.hollow ? 0.5 : 0;
    add(look.state, `M${left} ${height - tall + inset}h${wide}v${tall - 2 * inset}h-${wide}z`);
    if (look.notch) add("notch", `M${left + wide / 4} ${height - tall}h${wide / 2}v6h-${wide / 2}z`);
  });
  // What is cut out of a bar is drawn over it.
  return [...paths].map(([kind, path]) => ({ kind, path })).toSorted((a, b) => rank(a) - rank(b));
}

/** The bars of a strip in a list. */
export const compactShapes = (cells: readonly HealthCell[]) => stripShapes(cells, compactHeight);

const rank = ({ kind }: StripShape) => (kind === "notch" ? 1 : 0);
