import { cn } from "../ui/cn";

/** The mark: a gate with two channels past it. Takes the colour of the text around it. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 24 24" fill="none" className={cn("size-6 text-primary", className)}>
      <rect x="1" y="1" width="22" height="22" rx="6" fill="currentColor" />
      <g stroke="var(--primary-foreground)" strokeWidth="2" strokeLinecap="round">
        <path d="M5.5 8.5h4.25c2.5 0 2 7 4.5 7h4.25" />
        <path d="M15 8.5h3.5" />
        <path d="M5.5 15.5H9" />
      </g>
    </svg>
  );
}
