"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, type ReactNode, useState } from "react";
import { IconButton } from "./button";
import { cn } from "./cn";
import { useFieldControl } from "./field-control";

export const controlClass =
  "w-full min-w-0 rounded-control border border-input bg-card px-3 text-body text-foreground transition-colors aria-invalid:border-danger disabled:cursor-not-allowed disabled:opacity-60 read-only:bg-muted touch:text-[1rem]";

export type InputProps = Omit<ComponentProps<"input">, "value" | "defaultValue" | "onChange" | "size"> & {
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  mono?: boolean;
};

/** One line of text. Inside a Field it takes label, hint and error from it. */
export function Input({ className, onValueChange, mono, ...props }: InputProps) {
  const control = useFieldControl({ id: props.id, label: props["aria-label"] });
  return (
    <input
      {...control}
      {...props}
      id={control.id}
      onChange={(event) => onValueChange?.(event.currentTarget.value)}
      className={cn(controlClass, "h-(--control-height)", mono && "font-mono text-small", className)}
    />
  );
}

export type TextareaProps = Omit<ComponentProps<"textarea">, "value" | "defaultValue" | "onChange"> & {
  value?: string;
  defaultValue?: string;
  onValueChange?: (value: string) => void;
  mono?: boolean;
};

export function Textarea({ className, onValueChange, mono, rows = 4, ...props }: TextareaProps) {
  const control = useFieldControl({ id: props.id, label: props["aria-label"] });
  return (
    <textarea
      rows={rows}
      {...control}
      {...props}
      id={control.id}
      onChange={(event) => onValueChange?.(event.currentTarget.value)}
      className={cn(controlClass, "resize-y py-2", mono && "font-mono text-small", className)}
    />
  );
}

/** A password with a button that shows what was typed. Pasting is allowed. */
export function PasswordInput({ className, ...props }: InputProps) {
  const t = useTranslations("common");
  const [shown, setShown] = useState(false);
  return (
    <div className="relative">
      <Input
        {...props}
        type={shown ? "text" : "password"}
        spellCheck={false}
        autoCapitalize="none"
        className={cn("pe-10 touch:pe-12", className)}
      />
      <IconButton
        icon={shown ? EyeOff : Eye}
        label={shown ? t("hidePassword") : t("showPassword")}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute end-0.5 top-1/2 -translate-y-1/2"
      />
    </div>
  );
}

/** An input with fixed text before or after it, for instance a unit. */
export function InputGroup({
  before,
  after,
  children,
}: {
  before?: ReactNode;
  after?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="flex items-center gap-2">
      {before && <span className="shrink-0 text-muted-foreground text-small">{before}</span>}
      {children}
      {after && <span className="shrink-0 text-muted-foreground text-small">{after}</span>}
    </div>
  );
}
