"use client";

import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";
import { Tooltip } from "./tooltip";

const button = cva(
  "inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-control border font-medium text-body transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "border-transparent bg-primary text-primary-foreground not-disabled:hover:bg-primary-hover",
        secondary: "border-border bg-card text-foreground not-disabled:hover:bg-muted data-popup-open:bg-muted",
        ghost: "border-transparent bg-transparent text-foreground not-disabled:hover:bg-muted data-popup-open:bg-muted",
        danger: "border-transparent bg-danger-solid text-danger-foreground not-disabled:hover:bg-danger-solid-hover",
      },
      size: {
        default: "h-(--control-height) px-3",
        compact: "h-8 px-2.5 text-small touch:h-11",
      },
    },
    defaultVariants: { variant: "secondary", size: "default" },
  },
);

export type ButtonProps = ComponentProps<"button"> &
  VariantProps<typeof button> & {
    /** Shows a spinner and refuses presses; the button keeps its size and stays focusable. */
    pending?: boolean;
    icon?: LucideIcon;
  };

export function Button({
  variant,
  size,
  pending = false,
  icon: Icon,
  className,
  children,
  onClick,
  ...props
}: ButtonProps) {
  const t = useTranslations("common");
  return (
    <button
      type="button"
      {...props}
      aria-disabled={pending || undefined}
      aria-busy={pending || undefined}
      className={cn(button({ variant, size }), className)}
      onClick={(event) => {
        // Also stops a second submit of the form while the first is under way.
        if (pending) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {pending ? (
        <LoaderCircle aria-label={t("working")} className="animate-spin" />
      ) : (
        Icon && <Icon aria-hidden strokeWidth={1.75} />
      )}
      {children}
    </button>
  );
}

export type ButtonLinkProps = ComponentProps<typeof Link> & VariantProps<typeof button> & { icon?: LucideIcon };

/** A link that looks like a button. Use it where the press goes to another page. */
export function ButtonLink({ variant, size, icon: Icon, className, children, ...props }: ButtonLinkProps) {
  return (
    <Link {...props} className={cn(button({ variant, size }), className)}>
      {Icon && <Icon aria-hidden strokeWidth={1.75} />}
      {children}
    </Link>
  );
}

export type IconButtonProps = Omit<ButtonProps, "children" | "icon"> & {
  icon: LucideIcon;
  /** What the button does, for the tooltip and for screen readers. */
  label: string;
  tooltip?: ReactNode | false;
};

export function IconButton({
  icon: Icon,
  label,
  tooltip,
  variant = "ghost",
  size = "compact",
  pending = false,
  className,
  ...props
}: IconButtonProps) {
  const shown = (
    <Button
      {...props}
      variant={variant}
      size={size}
      pending={pending}
      aria-label={label}
      className={cn(size === "compact" ? "w-8 touch:w-11" : "w-(--control-height)", "px-0", className)}
    >
      {pending ? null : <Icon aria-hidden strokeWidth={1.75} />}
    </Button>
  );
  return tooltip === false ? shown : <Tooltip content={tooltip ?? label}>{shown}</Tooltip>;
}
