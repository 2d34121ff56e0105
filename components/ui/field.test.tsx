import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Checkbox } from "./checkbox";
import { Field } from "./field";
import { Input, Textarea } from "./input";
import { NumberInput } from "./number-input";
import { Select } from "./select";
import { Switch } from "./switch";

const nothing = () => undefined;
const render = (content: ReactNode) =>
  renderToStaticMarkup(
    <NextIntlClientProvider locale="en" messages={{ common: { increase: "More", decrease: "Less" } }} timeZone="UTC">
      {content}
    </NextIntlClientProvider>,
  );

describe("a control in a field", () => {
  it.each([
    ["switch", <Switch key="s" checked onCheckedChange={nothing} />],
    ["checkbox", <Checkbox key="c" checked onCheckedChange={nothing} />],
    ["line of text", <Input key="i" />],
    ["text", <Textarea key="t" />],
    ["number", <NumberInput key="n" value={1} onValueChange={nothing} />],
    [
      "list to choose from",
      <Select key="l" value="a" options={[{ value: "a", label: "A" }]} onValueChange={nothing} />,
    ],
  ])("that is a %s has its name in the page as it is sent, before any script runs", (_, element) => {
    const html = render(
      <Field inline label="Streaming">
        {element}
      </Field>,
    );
    const label = /<label[^>]*>(?=Streaming<)/.exec(html)?.[0] ?? "";
    const control = /<(?:input|button|textarea)[^>]*>/.exec(html)?.[0] ?? "";
    expect(control).toContain(` id="${/ for="([^"]+)"/.exec(label)?.[1]}"`);
    expect(control).toContain(` aria-labelledby="${/ id="([^"]+)"/.exec(label)?.[1]}"`);
  });

  it("is described by its hint and its error, and marked when there is one", () => {
    const html = render(
      <Field label="Name" hint="Shown to others" error="Taken">
        <Input />
      </Field>,
    );
    const control = /<input[^>]*>/.exec(html)?.[0] ?? "";
    const ids = [/ id="([^"]+)"[^>]*>Shown to others</, / id="([^"]+)"[^>]*>Taken</].map((one) => one.exec(html)?.[1]);
    expect(control).toContain(` aria-describedby="${ids.join(" ")}"`);
    expect(control).toContain(' aria-invalid="true"');
  });

  it("takes nothing of the field when it has a name of its own", () => {
    const html = render(
      <Field label="Limit" error="Too much">
        <Input />
        <Input aria-label="Unit" />
      </Field>,
    );
    expect(html.match(/ aria-invalid="true"/g)).toHaveLength(1);
    expect(html).toContain('aria-label="Unit"');
  });
});
