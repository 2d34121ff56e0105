import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/**
 * The colours of app/globals.css, measured: contrast by WCAG 2.2 (§1.4.3, §1.4.11), and the distance between data
 * colours in OKLab (Ottosson 2020) as people with full and with reduced colour vision see them (Machado, Oliveira and
 * Fernandes 2009, severity 1).
 */
const css = readFileSync(path.resolve(import.meta.dirname, "../app/globals.css"), "utf8");

type Theme = "light" | "dark";
type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

function tokensOf(block: string): Map<string, Rgb> {
  return new Map(
    [...block.matchAll(/--([a-z0-9-]+):\s*#([0-9a-f]{6});/g)].map(([, name = "", hex = ""]) => [
      name,
      [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb,
    ]),
  );
}

const darkBegins = css.indexOf("@variant dark {");
const light = tokensOf(css.slice(0, darkBegins));
const darkOwn = tokensOf(css.slice(darkBegins, css.indexOf("--shadow-popover", darkBegins)));
const tokens: Record<Theme, Map<string, Rgb>> = { light, dark: new Map([...light, ...darkOwn]) };

function colour(theme: Theme, name: string): Rgb {
  const value = tokens[theme].get(name);
  if (!value) throw new Error(`app/globals.css has no colour --${name}`);
  return value;
}

const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
const linearOf = ([r, g, b]: Rgb): Rgb => [linear(r), linear(g), linear(b)];
const times = (matrix: Matrix, [x, y, z]: Rgb) => matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Rgb;

function contrast(theme: Theme, text: string, surface: string): number {
  const luminance = (name: string) => {
    const [r, g, b] = linearOf(colour(theme, name));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [luminance(text), luminance(surface)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const visions = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const satisfies Record<string, Matrix>;
type Vision = keyof typeof visions;

function oklab(rgb: Rgb): Rgb {
  const cone = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map((value) => Math.cbrt(Math.max(0, value))) as unknown as Rgb;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cone,
  );
}

const clamped = (rgb: Rgb) => rgb.map((value) => Math.min(1, Math.max(0, value))) as unknown as Rgb;

function distance(theme: Theme, vision: Vision, a: string, b: string): number {
  const seen = (name: string) => oklab(clamped(times(visions[vision], linearOf(colour(theme, name)))));
  const [first, second] = [seen(a), seen(b)];
  return Math.hypot(first[0] - second[0], first[1] - second[1], first[2] - second[2]);
}

function nearest(theme: Theme, vision: Vision, names: readonly string[]): number {
  const distances = names.flatMap((a, index) => names.slice(index + 1).map((b) => distance(theme, vision, a, b)));
  return Math.min(...distances);
}

/** Text, the surface it stands on, the least contrast in both themes. */
const texts: [text: string, surface: string, least: number][] = [
  ["foreground", "background", 7],
  ["foreground", "card", 7],
  ["foreground", "muted", 7],
  ["muted-foreground", "background", 4.5],
  ["muted-foreground", "card", 4.5],
  ["muted-foreground", "muted", 4.5],
  ["primary-foreground", "primary", 4.5],
  ["primary-foreground", "primary-hover", 4.5],
  ["primary", "card", 4.5],
  ["primary", "background", 4.5],
  ["accent-foreground", "accent", 7],
  ["danger-foreground", "danger-solid", 4.5],
  ["danger-foreground", "danger-solid-hover", 4.5],
  ...["success", "warning", "danger", "circuit", "info"].flatMap((name): [string, string, number][] => [
    [name, `${name}-surface`, 4.5],
    [name, "card", 4.5],
    [name, "background", 4.5],
  ]),
];

const series = [1, 2, 3, 4, 5, 6].map((slot) => `series-${slot}`);
const states = ["ready", "degraded", "down", "circuit"].map((state) => `state-${state}`);

describe.each(["light", "dark"] as const)("the colours of the %s theme", (theme) => {
  it.each(texts)("write %s on %s with a contrast of at least %d", (text, surface, least) => {
    expect(contrast(theme, text, surface)).toBeGreaterThanOrEqual(least);
  });

  it.each([...series, "series-other", ...states, "input", "ring"])(
    "show %s against a card with a contrast of at least 3",
    (name) => {
      expect(contrast(theme, name, "card")).toBeGreaterThanOrEqual(3);
    },
  );

  it.each([
    ["full", 0.098, 0.105],
    ["protan", 0.098, 0.105],
    ["deutan", 0.098, 0.105],
    ["tritan", 0.085, 0.091],
  ] as const)("keep any two series apart for %s vision", (vision, inLight, inDark) => {
    const least = theme === "light" ? inLight : inDark;
    expect(nearest(theme, vision, [...series, "series-other"])).toBeGreaterThanOrEqual(least - 0.0005);
  });

  it.each(["full", "protan", "deutan"] as const)("keep any two states apart for %s vision", (vision) => {
    const least = theme === "light" ? 0.132 : 0.142;
    expect(nearest(theme, vision, states)).toBeGreaterThanOrEqual(least - 0.0005);
  });

  it("make the steps of the heat map follow one another in lightness", () => {
    const steps = [1, 2, 3, 4, 5, 6, 7].map((step) => oklab(linearOf(colour(theme, `heat-${step}`)))[0]);
    expect(steps).toEqual([...steps].sort((a, b) => (theme === "light" ? b - a : a - b)));
  });

  it("tell the phases of the waterfall apart by lightness alone", () => {
    const pairs = [
      ["phase-connect", "phase-wait"],
      ["phase-wait", "phase-stream"],
    ] as const;
    for (const [a, b] of pairs) expect(contrast(theme, a, b)).toBeGreaterThanOrEqual(1.85);
  });
});
