import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Checkbox } from "./checkbox";
import { Field } from "./field";
import { Switch } from "./switch";

const nothing = () => undefined;

describe("a control in a field", () => {
  it.each([
    ["switch", <Switch key="s" checked onCheckedChange={nothing} />],
    ["checkbox", <Checkbox key="c" checked onCheckedChange={nothing} />],
  ])("that is a %s has its name in the page as it is sent, before any script runs", (role, control) => {
    const html = renderToStaticMarkup(
      <NextIntlClientProvider locale="en" messages={{ common: {} }}>
        <Field inline label="Streaming">
          {control}
        </Field>
      </NextIntlClientProvider>,
    );
    const labelId = /<label[^>]* id="([^"]+)"[^>]*>Streaming</.exec(html)?.[1];
    const element = new RegExp(`<[^>]*role="${role}"[^>]*>`).exec(html)?.[0];
    expect(labelId).toBeDefined();
    expect(element).toContain(`aria-labelledby="${labelId}"`);
  });
});
