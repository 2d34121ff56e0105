/** Why the program refuses to start. Each is something a person can put right; nothing was changed on the way. */
export type StartErrorCode =
  | "invalid_encryption_key"
  | "wrong_encryption_key"
  | "data_folder_unwritable"
  | "database_in_use"
  | "database_newer"
  | "database_damaged"
  | "database_unsupported"
  | "migration_changed"
  | "migration_failed";

/** `EX_CONFIG` of sysexits.h: a restart alone will not help, so a supervisor should not try. */
const configurationExitCode = 78;

/** A refusal to start, in words for the person at the terminal. Recognise it with {@link isStartError}. */
export class StartError extends Error {
  readonly code: StartErrorCode;
  readonly exitCode: number = configurationExitCode;

  constructor(code: StartErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = "StartError";
    this.code = code;
  }
}

export function isStartError(value: unknown): value is StartError {
  return value instanceof Error && value.name === "StartError" && "code" in value;
}
