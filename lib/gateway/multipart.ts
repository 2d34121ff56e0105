import { SluiceError } from "../errors.ts";

/**
 * multipart/form-data (RFC 7578, RFC 2046 §5.1.1) as it arrives. Strict where readers of forms are known to disagree
 * (preamble, epilogue, folded headers, bare line feeds, two dispositions): what an upstream could read differently from
 * us could carry a second `model` past the routing.
 */

const boundaryMost = 70;
const partsMost = 1000;
const partHeadersMost = 16 * 1024;
const textMost = 64 * 1024;

export type FormPart = {
  name: string;
  /** Null for a plain field. */
  filename: string | null;
  contentType: string | null;
  /** Where its value begins, in bytes from the beginning of the form. */
  from: number;
  /** Where its value ends; null while it arrives. */
  to: number | null;
  /** Where the digits of a `content-length` header of its own are. */
  lengthDigits: { from: number; to: number } | null;
  /** Its value, for a small field that was asked for. */
  text: string | null;
};

export function invalidForm(message: string, param: string | null = null): SluiceError {
  return new SluiceError("invalid_multipart", message, { param });
}

/** The boundary that a content type names; null where it is no form. Throws invalid_multipart for one without. */
export function boundaryOf(contentType: string | undefined): string | null {
  const [type = "", ...rest] = splitParameters(contentType ?? "");
  if (type.trim().toLowerCase() !== "multipart/form-data") return null;
  const parameters = parametersOf(rest);
  const boundary = parameters.get("boundary");
  if (boundary === undefined) throw invalidForm("The content type multipart/form-data has no boundary.");
  // RFC 2046 §5.1.1: these characters, at most 70, no space at the end.
  if (boundary.length > boundaryMost || !/^[\w'()+,./:=? -]*[\w'()+,./:=?-]$/.test(boundary))
    throw invalidForm("The boundary of the form is not valid.");
  return boundary;
}

/** The content type for a form with this boundary. */
export function formContentType(boundary: string): string {
  const token = /^[\w'+.-]+$/.test(boundary);
  return `multipart/form-data; boundary=${token ? boundary : `"${boundary}"`}`;
}

/** `a; b="c;d"` → `a`, ` b="c;d"`. */
function splitParameters(text: string): string[] {
  return text.match(/(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
}

/** Throws invalid_multipart for what cannot be read in one way only. */
function parametersOf(texts: readonly string[]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const text of texts) {
    if (text.trim() === "") continue;
    const match = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"\\]+))\s*$/.exec(text);
    const name = match?.[1]?.toLowerCase();
    if (!match || !name || parameters.has(name)) throw invalidForm("A header of the form is not valid.");
    parameters.set(name, match[2] ?? match[3] ?? "");
  }
  return parameters;
}

type State = "start" | "delimiter" | "headers" | "value" | "end";

const lineEnd = Buffer.from("\r\n");
const headersEnd = Buffer.from("\r\n\r\n");
const closing = Buffer.from("--");

export class MultipartScanner {
  /** In order; the last one may still be arriving. */
  readonly parts: FormPart[] = [];
  readonly #delimiter: Buffer;
  readonly #keepsText: (name: string) => boolean;
  readonly #onPart: (part: FormPart) => void;
  #state: State = "start";
  /** What has arrived and is not understood yet: at most a part's headers, or the beginning of a delimiter. */
  #pending: Buffer = Buffer.alloc(0);
  /** Where `#pending` begins in the form. */
  #offset = 0;
  /** The value of a field that is kept. */
  #text: Buffer[] | null = null;
  #textBytes = 0;

  /**
   * `keepsText` says which fields' values are wanted (up to 64 KB each; no file's ever are). `onPart` sees each part when
   * its headers are here, and may throw.
   */
  constructor(boundary: string, keepsText: (name: string) => boolean, onPart: (part: FormPart) => void) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
    this.#keepsText = keepsText;
    this.#onPart = onPart;
  }

  /** Bytes of the form that wait here to be understood, or are the value of a field that is kept. */
  get heldBytes(): number {
    return this.#pending.length + (this.#text ? this.#textBytes : 0);
  }

  /** Takes the next bytes. Throws invalid_multipart as soon as they can be no form. */
  push(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#step());
    // What is kept must not hold the whole chunk it came in.
    if (this.#pending.length > 0 && this.#pending.length < chunk.length) this.#pending = Buffer.from(this.#pending);
  }

  /** No more bytes. Throws invalid_multipart unless the form is complete. */
  end(): void {
    if (this.#state !== "end") throw invalidForm("The form ends before its last boundary.");
    if (this.#pending.length > 0 && !this.#pending.equals(lineEnd)) throw epilogue();
  }

  /** One thing understood; false = more bytes are needed. */
  #step(): boolean {
    switch (this.#state) {
      case "start":
        return this.#onStart();
      case "delimiter":
        return this.#onDelimiter();
      case "headers":
        return this.#onHeaders();
      case "value":
        return this.#onValue();
      case "end":
        return this.#onEnd();
    }
  }

  #take(bytes: number): Buffer {
    const taken = this.#pending.subarray(0, bytes);
    this.#pending = this.#pending.subarray(bytes);
    this.#offset += bytes;
    return taken;
  }

  /** The first delimiter has no value before it, and mostly no line end. */
  #onStart(): boolean {
    const first = this.#pending[0];
    if (first === undefined) return false;
    const expected = first === lineEnd[0] ? this.#delimiter : this.#delimiter.subarray(lineEnd.length);
    const given = this.#pending.subarray(0, expected.length);
    if (!isBeginning(given, expected)) throw invalidForm("The form does not begin with its boundary.");
    if (given.length < expected.length) return false;
    this.#take(expected.length);
    this.#state = "delimiter";
    return true;
  }

  #onDelimiter(): boolean {
    if (this.#pending.length < lineEnd.length) return false;
    const two = this.#take(lineEnd.length);
    if (two.equals(closing)) {
      if (this.parts.length === 0) throw invalidForm("The form is empty.");
      this.#state = "end";
    } else if (two.equals(lineEnd)) this.#state = "headers";
    else throw invalidForm("A boundary of the form is followed by something else.");
    return true;
  }

  #onHeaders(): boolean {
    const at = this.#pending.indexOf(headersEnd);
    if (at > partHeadersMost || (at < 0 && this.#pending.length > partHeadersMost))
      throw invalidForm("The headers of a part are longer than 16 KB.");
    if (at < 0) return false;
    if (this.parts.length === partsMost) throw invalidForm(`The form has more than ${partsMost} parts.`);
    const headersFrom = this.#offset;
    const headers = this.#take(at + headersEnd.length).subarray(0, at);
    const part = readPart(headers, headersFrom, this.#offset);
    this.parts.push(part);
    this.#text = part.filename === null && this.#keepsText(part.name) ? [] : null;
    this.#textBytes = 0;
    this.#state = "value";
    this.#onPart(part);
    return true;
  }

  #onValue(): boolean {
    const at = this.#pending.indexOf(this.#delimiter);
    if (at < 0) {
      this.#keep(this.#take(Math.max(0, this.#pending.length - this.#delimiter.length + 1)));
      return false;
    }
    this.#keep(this.#take(at));
    const part = this.parts.at(-1) as FormPart;
    part.to = this.#offset;
    if (this.#text) part.text = textOf(Buffer.concat(this.#text), part.name);
    this.#text = null;
    this.#take(this.#delimiter.length);
    this.#state = "delimiter";
    return true;
  }

  #keep(bytes: Buffer): void {
    if (!this.#text || bytes.length === 0) return;
    this.#textBytes += bytes.length;
    if (this.#textBytes > textMost) this.#text = null;
    else this.#text.push(Buffer.from(bytes));
  }

  /** Nothing but a line end may follow. */
  #onEnd(): boolean {
    if (!isBeginning(this.#pending, lineEnd)) throw epilogue();
    return false;
  }
}

function isBeginning(bytes: Buffer, of: Buffer): boolean {
  return bytes.length <= of.length && bytes.equals(of.subarray(0, bytes.length));
}

function epilogue(): SluiceError {
  return invalidForm("Something follows the last boundary of the form.");
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Buffer, name: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidForm(`The field ${name} is not valid UTF-8.`, name);
  }
}

/** `bytes` are the header lines of a part, which begin at `headersFrom`; its value begins at `from`. */
function readPart(bytes: Buffer, headersFrom: number, from: number): FormPart {
  let disposition: string | null = null;
  let contentType: string | null = null;
  let lengthDigits: FormPart["lengthDigits"] = null;
  let at = headersFrom;
  // Latin-1 keeps one character a byte, so that places in the text are places in the form.
  for (const line of bytes.toString("latin1").split("\r\n")) {
    const [, name = "", gap = "", value = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([ \t]*)([^\r\n\0]*)$/.exec(line) ?? [];
    switch (name.toLowerCase()) {
      case "":
        throw invalidForm("A header of the form is not valid.");
      case "content-disposition":
        if (disposition !== null) throw invalidForm("A part of the form has two dispositions.");
        disposition = Buffer.from(value, "latin1").toString("utf8");
        break;
      case "content-type":
        contentType = value.trim();
        break;
      case "content-length": {
        const digits = at + name.length + 1 + gap.length;
        lengthDigits = { from: digits, to: digits + value.trimEnd().length };
        break;
      }
      case "content-transfer-encoding":
        // RFC 7578 §4.7 deprecates it; what some decode and some do not has two values.
        if (!/^(7bit|8bit|binary)$/i.test(value.trim()))
          throw invalidForm("A part of the form has a transfer encoding, which is not accepted.");
    }
    at += line.length + lineEnd.length;
  }
  const [type = "", ...rest] = splitParameters(disposition ?? "");
  const parameters = parametersOf(rest);
  const name = parameters.get("name");
  // RFC 7578 §4.2: each part names its field, and not in the form of RFC 5987.
  if (type.trim().toLowerCase() !== "form-data" || name === undefined || parameters.has("name*"))
    throw invalidForm("A part of the form does not name its field.");
  if (/[\\\r\n\0]/.test(name)) throw invalidForm("The name of a field is not valid.");
  const filename = parameters.get("filename") ?? parameters.get("filename*") ?? null;
  return { name, filename, contentType, from, to: null, lengthDigits, text: null };
}
