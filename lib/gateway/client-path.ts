/** The API families whose clients hear errors, and read lists, in the shape they know. */
export type ApiFamily = "openai" | "anthropic" | "gemini";

/** What a path of the data plane says by itself. */
export type ClientPath = {
  /** What follows the version, without a slash at its end: `/chat/completions`. */
  below: string;
  family: ApiFamily;
  /** The only provider that may answer, as the client named it (`/api/proxy/{provider}/…`); null = whoever can. */
  provider: string | null;
};

const versioned = /^\/(?:api\/)?v1(beta)?(\/.*)?$/;
const proxied = /^\/api\/proxy\/([^/]+)(?:\/v1(beta)?)?(\/.*)?$/;

/** Paths without a version that older clients use, and what they stand for. */
const unversioned: Readonly<Record<string, string>> = {
  "/api/chat/completions": "/chat/completions",
  "/api/models": "/models",
  "/api/providers/capabilities": "/providers/capabilities",
};

/** Methods of Google's API that follow a model and a colon. Other colons are parts of names (`llama3:8b`). */
const modelAndMethod =
  /^\/models\/.+:(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents|predict)$/;

/** Whether a path below the version is `/models/{model}:{method}`. */
export function namesMethod(below: string): boolean {
  return modelAndMethod.test(below);
}

const anthropicPath = /^\/messages(?:\/|$)/;

/** Reads a path without its query; null = none of the data plane's. */
export function readClientPath(path: string): ClientPath | null {
  const version = versioned.exec(path);
  if (version) return clientPath(version[2], version[1] !== undefined, null);
  const proxy = proxied.exec(path);
  if (proxy) return clientPath(proxy[3], proxy[2] !== undefined, decodeOnce(proxy[1] ?? ""));
  const below = unversioned[path.replace(/\/$/, "")];
  return below === undefined ? null : clientPath(below, false, null);
}

function clientPath(rest: string | undefined, isBeta: boolean, provider: string | null): ClientPath {
  const below = (rest ?? "").replace(/\/$/, "");
  return { below, family: isBeta ? "gemini" : familyOf(below), provider };
}

function familyOf(below: string): ApiFamily {
  if (anthropicPath.test(below)) return "anthropic";
  return namesMethod(below) ? "gemini" : "openai";
}

/** A path segment as the client meant it; one that is not encoded well stays as it is. */
export function decodeOnce(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
