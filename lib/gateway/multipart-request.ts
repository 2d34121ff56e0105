import { SluiceError } from "../errors.ts";
import { ArrivingBody, type BodyEdit } from "./arriving-body.ts";
import type { CallRequest } from "./call-request.ts";
import { needsOnly } from "./eligibility.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { requireModel, strippedMembers } from "./json-request.ts";
import { boundaryOf, type FormPart, formContentType, invalidForm, MultipartScanner } from "./multipart.ts";
import { type Spool, spoolMemoryBytes } from "./request-body.ts";
import { invalidType } from "./request-problems.ts";
import type { CatalogDeployment, EndpointName } from "./types.ts";

const textFields: readonly string[] = ["model", "stream", "user", "prompt", "response_format"];
const sessionMost = 200;

/**
 * A form with files, read while it arrives. Resolves as soon as routing can begin: when `model` is known and so is whether
 * the client wants events, or once so much has come that waiting would only cost time; at the latest when the form ends
 * (many clients send the file first). Throws invalid_multipart, missing_required, invalid_type, unknown_field and whatever
 * the door says about the body. What it holds is given back by `release()`.
 * `inQuery` is a model named in the query; a form that names one too must name the same. `usual` is the model of a form
 * that names none, which is put into it.
 */
export async function readMultipartRequest(
  request: GatewayRequest,
  endpoint: EndpointName,
  spool: Spool,
  { inQuery, usual }: { inQuery?: string | undefined; usual?: string | undefined } = {},
): Promise<CallRequest> {
  const boundary = boundaryOf(request.headers["content-type"]);
  if (boundary === null)
    throw new SluiceError("unsupported_media_type", "This path takes a form: multipart/form-data.");
  const scanner = new MultipartScanner(boundary, (name) => textFields.includes(name), checkPart());
  const body = new ArrivingBody(request.openBody(), scanner, spool.create());
  try {
    for (;;) {
      if (body.problem) throw body.problem;
      if (body.complete || isEnough(scanner.parts, body.heldBytes)) break;
      await body.changed();
    }
    const inForm = textIn(scanner.parts, "model");
    if (inForm !== undefined && inQuery !== undefined && inForm !== inQuery)
      throw invalidType("model", "the same in the form as in the query");
    const model = requireModel(inForm ?? inQuery ?? usual);
    const isAdded = inForm === undefined && inQuery === undefined;
    return formRequest({ request, endpoint, boundary, body, parts: scanner.parts, model, isAdded });
  } catch (error) {
    body.release();
    throw error;
  }
}

/** Refuses fields that would route a call past us, by name or by coming twice. */
function checkPart(): (part: FormPart) => void {
  let hasModel = false;
  return ({ name, filename }) => {
    if (strippedMembers.includes(name))
      throw new SluiceError("unknown_field", `The field ${name} is not accepted.`, { param: name });
    if (name !== "model") return;
    if (hasModel) throw invalidForm("The form has more than one field `model`.", "model");
    if (filename !== null) throw invalidForm("The field `model` is a file.", "model");
    hasModel = true;
  };
}

function isEnough(parts: readonly FormPart[], bytes: number): boolean {
  if (!isComplete(parts, "model")) return false;
  return isComplete(parts, "stream") || bytes >= spoolMemoryBytes;
}

function isComplete(parts: readonly FormPart[], name: string): boolean {
  return parts.some((part) => part.name === name && part.to !== null);
}

function textIn(parts: readonly FormPart[], name: string): string | undefined {
  const part = parts.find((part) => part.name === name);
  // A value too long to have been kept is there all the same, and no good.
  return part && (part.text ?? "");
}

type Form = {
  request: GatewayRequest;
  endpoint: EndpointName;
  boundary: string;
  body: ArrivingBody;
  parts: readonly FormPart[];
  model: string;
  /** The form names no model and gets one. */
  isAdded: boolean;
};

function formRequest({ request, endpoint, boundary, body, parts, model, isAdded }: Form): CallRequest {
  const announced = request.headers["content-length"];
  const announcedBytes = announced === undefined ? null : Number(announced);
  const prompt = () => textIn(parts, "prompt") ?? "";
  const user = textIn(parts, "user");
  const stream = /^(true|1)$/i.test(textIn(parts, "stream") ?? "");
  return {
    endpoint,
    model,
    stream,
    includeUsage: false,
    needs: needsOnly({ endpoint, stream }),
    conversation: null,
    sessionId: user && user.length <= sessionMost ? user : null,
    promptBytes: Buffer.byteLength(prompt()),
    promptMessages: 0,
    maxOutputTokens: null,
    bodyFor: (deployment) => ({
      body: body.asStream(
        announcedBytes,
        isAdded ? [modelPart(boundary, deployment)] : modelEdits(parts, model, deployment),
      ),
      contentType: formContentType(boundary),
      stream,
    }),
    text: () => JSON.stringify(parts.map(shown)),
    promptText: prompt,
    keepForReplay: (keep) => body.keep(keep),
    get isReplayable() {
      return body.isReplayable;
    },
    release: () => body.release(),
  };
}

/** A field `model` before all others. Nothing stands before the first boundary: such forms are refused. */
function modelPart(boundary: string, { model }: CatalogDeployment): BodyEdit {
  const part = `--${boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\n${model}\r\n`;
  return { from: 0, to: 0, bytes: Buffer.from(part) };
}

/** Only the model's own bytes change, and the length its part may state. */
function modelEdits(parts: readonly FormPart[], model: string, deployment: CatalogDeployment): BodyEdit[] {
  const part = parts.find(({ name }) => name === "model");
  if (!part || part.to === null || deployment.model === model) return [];
  const bytes = Buffer.from(deployment.model);
  const value = { from: part.from, to: part.to, bytes };
  return part.lengthDigits ? [{ ...part.lengthDigits, bytes: Buffer.from(String(bytes.length)) }, value] : [value];
}

/** A part for the log: files are named and measured, never stored. */
function shown({ name, filename, contentType, from, to, text }: FormPart): Record<string, unknown> {
  if (filename === null) return { name, value: text };
  return { name, filename, contentType, bytes: to === null ? null : to - from };
}
