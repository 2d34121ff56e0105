import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

export type CardProps = Omit<ComponentProps<"section">, "title"> & {
  title?: ReactNode;
  description?: ReactNode;
  /** Controls at the end of the title line. */
  actions?: ReactNode;
  /** Under a line at the bottom, for instance a save button. */
  footer?: ReactNode;
  /** Content touches the border: for tables and lists. */
  flush?: boolean;
};

/** A bordered surface with an optional title. Borders carry the structure; cards have no shadow. */
export function Card({ title, description, actions, footer, flush, className, children, ...props }: CardProps) {
  return (
    <section {...props} className={cn("min-w-0 overflow-clip rounded-card border bg-card", className)}>
      {(title || actions) && (
        <header
          className={cn("flex flex-wrap items-start gap-x-4 gap-y-2 px-4 pt-3.5", flush ? "border-b pb-3.5" : "pb-1")}
        >
          <div className="min-w-0 flex-1 basis-48">
            {title && <h2 className="text-heading">{title}</h2>}
            {description && <p className="mt-0.5 text-muted-foreground text-small">{description}</p>}
          </div>
          {actions && <div className="flex max-w-full shrink-0 flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={cn(!flush && "p-4", !flush && (title || actions) && "pt-3")}>{children}</div>
      {footer && <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3">{footer}</footer>}
    </section>
  );
}
