import { expect, test } from "vitest";
import { csvRecord } from "./csv.ts";

test("fields are quoted as RFC 4180 says, and only where they must be", () => {
  expect(csvRecord(["plain", 'say "hi"', "a,b", "two\nlines", " edge", "", null, undefined, true, 12.5])).toBe(
    'plain,"say ""hi""","a,b","two\nlines"," edge",,,,true,12.5\r\n',
  );
});

test("no text can become a formula in a spreadsheet, and numbers stay numbers", () => {
  for (const start of ["=", "+", "-", "@", "\t", "\r"]) {
    expect(csvRecord([`${start}cmd|' /C calc'!A0`]).replace(/^"/, "")).toMatch(/^'/);
  }
  expect(csvRecord(["a=1", "x-y", -5])).toBe("a=1,x-y,-5\r\n");
  expect(csvRecord(['=HYPERLINK("http://evil.example","x")'])).toBe(`"'=HYPERLINK(""http://evil.example"",""x"")"\r\n`);
});
