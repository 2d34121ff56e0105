import type { Config } from "tailwindcss";

/** A token as Tailwind sees it. The values of both themes live in app/globals.css, once each. */
const token = (name: string) => `var(--${name})`;

/** A text size with its own line height; CJK scripts get taller lines through the `--line-*` variables. */
const text = (rem: string, name: string, fontWeight: string): [string, { lineHeight: string; fontWeight: string }] => [
  rem,
  { lineHeight: `var(--line-${name})`, fontWeight },
];

/**
 * The design tokens: everything the components may use. Text sizes, radii, shadows and colours are replaced, not
 * extended, so that an off-system value does not compile to anything.
 */
const config: Config = {
  theme: {
    screens: { sm: "640px", md: "768px", lg: "1024px", xl: "1280px", "2xl": "1536px" },
    colors: {
      transparent: "transparent",
      current: "currentColor",
      background: token("background"),
      foreground: token("foreground"),
      card: token("card"),
      popover: token("popover"),
      muted: { DEFAULT: token("muted"), foreground: token("muted-foreground") },
      border: token("border"),
      input: token("input"),
      ring: token("ring"),
      overlay: token("overlay"),
      primary: { DEFAULT: token("primary"), hover: token("primary-hover"), foreground: token("primary-foreground") },
      accent: { DEFAULT: token("accent"), foreground: token("accent-foreground") },
      success: { DEFAULT: token("success"), surface: token("success-surface") },
      warning: { DEFAULT: token("warning"), surface: token("warning-surface") },
      danger: {
        DEFAULT: token("danger"),
        surface: token("danger-surface"),
        solid: token("danger-solid"),
        "solid-hover": token("danger-solid-hover"),
        foreground: token("danger-foreground"),
      },
      circuit: { DEFAULT: token("circuit"), surface: token("circuit-surface") },
      info: { DEFAULT: token("info"), surface: token("info-surface") },
      state: {
        ready: token("state-ready"),
        degraded: token("state-degraded"),
        down: token("state-down"),
        circuit: token("state-circuit"),
      },
      series: {
        1: token("series-1"),
        2: token("series-2"),
        3: token("series-3"),
        4: token("series-4"),
        5: token("series-5"),
        6: token("series-6"),
        other: token("series-other"),
      },
      phase: { connect: token("phase-connect"), wait: token("phase-wait"), stream: token("phase-stream") },
      heat: {
        1: token("heat-1"),
        2: token("heat-2"),
        3: token("heat-3"),
        4: token("heat-4"),
        5: token("heat-5"),
        6: token("heat-6"),
        7: token("heat-7"),
      },
    },
    fontFamily: { sans: "var(--font-sans)", mono: "var(--font-mono)" },
    fontSize: {
      display: text("1.75rem", "display", "600"),
      title: text("1.25rem", "title", "600"),
      heading: text("0.9375rem", "heading", "600"),
      body: text("0.875rem", "body", "400"),
      small: text("0.8125rem", "small", "400"),
      caption: text("0.75rem", "caption", "500"),
    },
    borderRadius: { none: "0", xs: "3px", control: "6px", card: "8px", sheet: "12px", full: "9999px" },
    boxShadow: { none: "none", popover: "var(--shadow-popover)", sheet: "var(--shadow-sheet)" },
    extend: {
      transitionDuration: { DEFAULT: "150ms" },
      transitionTimingFunction: { DEFAULT: "cubic-bezier(0, 0, 0.2, 1)" },
      maxWidth: { page: "1440px", form: "640px" },
    },
  },
};

export default config;
