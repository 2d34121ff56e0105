import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundaryOf, type FormPart, formContentType, MultipartScanner } from "./multipart.ts";

type Field = { name: string; filename: string | null; type: string | null; value: Buffer };

const boundary = "----sluice7MA4YWxk";

function form(fields: readonly Field[], lead = "", tail = "\r\n"): Buffer {
  const parts = fields.map(({ name, filename, type, value }) => {
    const file = filename === null ? "" : `; filename="${filename}"`;
    const head = `content-disposition: form-data; name="${name}"${file}${type === null ? "" : `\r\nContent-Type: ${type}`}`;
    return Buffer.concat([Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), value, Buffer.from("\r\n")]);
  });
  return Buffer.concat([Buffer.from(lead), ...parts, Buffer.from(`--${boundary}--${tail}`)]);
}

function field(name: string, value: string, filename: string | null = null): Field {
  return { name, filename, type: null, value: Buffer.from(value) };
}

const small = ["model", "prompt"];

function scan(chunks: readonly Buffer[], onPart: (part: FormPart) => void = () => {}): FormPart[] {
  const scanner = new MultipartScanner(boundary, (name) => small.includes(name), onPart);
  for (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  return scanner.parts;
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[turn % sizes.length] as number);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Bytes that often look like the beginning of a delimiter. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom("\r", "\n", "\r\n", "\r\n--", `\r\n--${boundary.slice(0, -1)}`, "--", boundary.slice(0, 6), "\0"),
      fc.string({ unit: "grapheme", maxLength: 12 }),
    ),
    { maxLength: 30 },
  )
  .map((texts) => Buffer.from(texts.join("")))
  .filter((value) => !`\r\n${value.toString("latin1")}`.includes(`\r\n--${boundary}`));
const name = fc.string({ unit: fc.constantFrom(..."abcXYZ09_[]. 模型é"), minLength: 1, maxLength: 12 });
const someField: fc.Arbitrary<Field> = fc.record({
  name: fc.oneof(name, fc.constantFrom(...small, "file")),
  filename: fc.option(name, { nil: null }),
  type: fc.option(fc.constantFrom("text/plain", "audio/mpeg", "application/octet-stream; x=1"), { nil: null }),
  value: bytes,
});
const someForm = fc.array(someField, { minLength: 1, maxLength: 8 });
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 });

describe("a form", () => {
  it("has the same parts however its bytes are cut", () => {
    fc.assert(
      fc.property(
        someForm,
        sizes,
        fc.constantFrom("", "\r\n"),
        fc.constantFrom("", "\r\n"),
        (fields, cuts, lead, tail) => {
          const whole = form(fields, lead, tail);
          const parts = scan(cut(whole, cuts));
          expect(parts).toEqual(scan([whole]));
          expect(parts.map((part) => ({ name: part.name, filename: part.filename, type: part.contentType }))).toEqual(
            fields.map((given) => ({ name: given.name, filename: given.filename, type: given.type })),
          );
          for (const [index, { from, to, text, name, filename }] of parts.entries()) {
            const { value } = fields[index] as Field;
            expect(whole.subarray(from, to ?? undefined).equals(value)).toBe(true);
            expect(text).toBe(filename === null && small.includes(name) ? value.toString("utf8") : null);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is refused however it is cut short", () => {
    const whole = form([field("model", "m"), field("file", "bytes", "a.mp3")], "", "");
    for (let length = 0; length < whole.length; length++)
      expect(() => scan([whole.subarray(0, length)]), `${length} bytes`).toThrow(/form/);
  });

  it("is never held: of a value only what could be a delimiter waits", () => {
    const scanner = new MultipartScanner(
      boundary,
      () => false,
      () => {},
    );
    const head = form([field("file", "", "a")]).subarray(0, -boundary.length - 8);
    scanner.push(head);
    const chunk = Buffer.alloc(64 << 10, "\r\n--");
    for (let count = 0; count < 100; count++) {
      scanner.push(chunk);
      expect(scanner.heldBytes).toBeLessThan(80);
    }
    expect(scanner.parts[0]?.to).toBeNull();
  });

  it("keeps no text beyond 64 KB of a field", () => {
    const [long, exact] = scan([form([field("model", "m".repeat(65_537)), field("prompt", "p".repeat(65_536))])]);
    expect(long?.text).toBeNull();
    expect(exact?.text).toHaveLength(65_536);
  });

  const head = (lines: string) => Buffer.from(`--${boundary}\r\n${lines}\r\n\r\nv\r\n--${boundary}--`);
  const named = 'content-disposition: form-data; name="model"';
  it.each<[string, Buffer]>([
    ["with something before its first boundary", form([field("a", "b")], "hello\r\n")],
    ["with something after its last boundary", form([field("a", "b")], "", "\r\nmore")],
    ["with line ends after its last boundary", form([field("a", "b")], "", "\r\n\r\n")],
    ["without a part", Buffer.from(`--${boundary}--\r\n`)],
    ["whose part names no field", head("content-disposition: form-data")],
    ["whose part has no disposition", head("content-type: text/plain")],
    ["whose part has two dispositions", head(`${named}\r\n${named.replace("model", "other")}`)],
    ["whose part has two names", head(`${named}; name="other"`)],
    ["whose field's name is in the form of RFC 5987", head(`${named}; name*=utf-8''other`)],
    ["whose field's name is escaped", head('content-disposition: form-data; name="mo\\del"')],
    ["whose part is an attachment", head('content-disposition: attachment; name="model"')],
    ["with a folded header", head(`${named};\r\n filename="x"`)],
    ["with a bare line feed in a header", head(`${named}\nx: y`)],
    ["with a bare carriage return in a header", head(`${named}\rx: y`)],
    ["with a transfer encoding", head(`${named}\r\ncontent-transfer-encoding: base64`)],
    [
      "with a value that is not UTF-8",
      Buffer.concat([
        Buffer.from(`--${boundary}\r\n${named}\r\n\r\n`),
        Buffer.from([0xff, 0x0d, 0x0a]),
        Buffer.from(`--${boundary}--`),
      ]),
    ],
    ["with something behind a boundary", Buffer.from(`--${boundary} \r\n${named}\r\n\r\nv\r\n--${boundary}--`)],
    ["with headers of more than 16 KB", head(`${named}\r\nx: ${"y".repeat(17_000)}`)],
    ["with more than 1000 parts", form(Array.from({ length: 1001 }, (_, index) => field(`f${index}`, "")))],
  ])("%s is refused, in one piece and in single bytes", (_what, bytes) => {
    expect(() => scan([bytes])).toThrow(expect.objectContaining({ code: "invalid_multipart", status: 400 }));
    expect(() => scan(cut(bytes, [1]))).toThrow(expect.objectContaining({ code: "invalid_multipart" }));
  });

  it("of 1000 parts is read", () => {
    expect(scan([form(Array.from({ length: 1000 }, (_, index) => field(`f${index}`, "v")))])).toHaveLength(1000);
  });

  it("says where the digits of a part's own length are", () => {
    const bytes = head(`Content-Length:  1\r\n${named}`);
    const [part] = scan([bytes]);
    expect(bytes.subarray(part?.lengthDigits?.from, part?.lengthDigits?.to).toString()).toBe("1");
  });
});

describe("the content type of a form", () => {
  it.each<[string | undefined, string | null]>([
    [undefined, null],
    ["application/json", null],
    ["multipart/mixed; boundary=x", null],
    ["multipart/form-data; boundary=abc", "abc"],
    ['Multipart/Form-Data; charset=utf-8; BOUNDARY="a b;c"', null],
    ['multipart/form-data; boundary="a b:c"', "a b:c"],
    ["multipart/form-data;boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW", "----WebKitFormBoundary7MA4YWxkTrZu0gW"],
  ])("%s has the boundary %s", (contentType, expected) => {
    if (contentType?.includes(";c")) expect(() => boundaryOf(contentType)).toThrow(/boundary/);
    else expect(boundaryOf(contentType)).toBe(expected);
  });

  it.each(["", "; boundary=", "; boundary=a; boundary=b", `; boundary=${"x".repeat(71)}`, '; boundary="x "'])(
    "multipart/form-data%s is refused",
    (rest) => {
      expect(() => boundaryOf(`multipart/form-data${rest}`)).toThrow(
        expect.objectContaining({ code: "invalid_multipart" }),
      );
    },
  );

  it("is quoted where the boundary has other characters than a token", () => {
    expect(boundaryOf(formContentType("a:b c"))).toBe("a:b c");
    expect(formContentType("a:b")).toBe('multipart/form-data; boundary="a:b"');
    expect(formContentType("a-b")).toBe("multipart/form-data; boundary=a-b");
  });
});
