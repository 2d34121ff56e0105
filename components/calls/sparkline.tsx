import { cn } from "../ui/cn";

const width = 96;
const height = 24;
const inset = 3;

/**
 * A course of values in 96 × 24, the last point marked. `label` says the same in words. Missing values leave a gap.
 */
export function Sparkline({
  values,
  label,
  className,
}: {
  values: readonly (number | null)[];
  label: string;
  className?: string;
}) {
  const known = values.filter((value) => value !== null);
  const most = Math.max(...known, 0);
  const step = values.length > 1 ? (width - 2 * inset) / (values.length - 1) : 0;
  const x = (position: number) => (values.length > 1 ? inset + position * step : width / 2);
  const y = (value: number) => height - inset - (most === 0 ? 0 : (value / most) * (height - 2 * inset));
  const lastPosition = values.findLastIndex((value) => value !== null);
  const last = values[lastPosition];
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      className={cn("h-6 w-24 text-series-1", className)}
    >
      <path d={pathOf(values, x, y)} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" />
      {typeof last === "number" && <circle cx={x(lastPosition)} cy={y(last)} r={2} fill="currentColor" />}
    </svg>
  );
}

function pathOf(
  values: readonly (number | null)[],
  x: (position: number) => number,
  y: (value: number) => number,
): string {
  return values
    .map((value, position) => {
      if (value === null) return "";
      const starts = position === 0 || values[position - 1] === null;
      return `${starts ? "M" : "L"}${x(position).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join("");
}
