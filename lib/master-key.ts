import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { masterKeyBytes } from "./secrets.ts";
import { StartError } from "./start-error.ts";

/** The name of the key file in the data folder. */
export const masterKeyFile = "encryption.key";

/** `fromEnvironment` is ENCRYPTION_KEY as text or as its 32 bytes; empty or absent means the file in `dataDir`. */
export type MasterKeySource = { fromEnvironment: string | Uint8Array | null | undefined; dataDir: string };

/** 64 hex characters, or 32 bytes in base64 or base64url; anything else is null. */
export function parseMasterKey(text: string): Buffer | null {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, "hex");
  if (!/^[\w+/-]{43}=?$/.test(trimmed)) return null;
  const bytes = Buffer.from(trimmed, "base64");
  return bytes.length === masterKeyBytes ? bytes : null;
}

/**
 * The master key where there is one: the environment's, else the file's, else null. Changes nothing.
 * @throws StartError `invalid_encryption_key` when what is there is not a key.
 */
export function readMasterKey(options: MasterKeySource): Buffer | null {
  const given = options.fromEnvironment;
  if (given) {
    const key = typeof given === "string" ? parseMasterKey(given) : Buffer.from(given);
    if (key?.length === masterKeyBytes) return key;
    throw new StartError("invalid_encryption_key", "ENCRYPTION_KEY must be 64 hex characters or 32 bytes in base64.");
  }
  const path = join(options.dataDir, masterKeyFile);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new StartError("invalid_encryption_key", `The encryption key in ${path} cannot be read.`, { cause });
  }
  const key = parseMasterKey(text);
  if (!key) throw new StartError("invalid_encryption_key", `The file ${path} does not hold an encryption key.`);
  return key;
}

/**
 * Makes the key file (mode 0600). It appears whole or not at all: written and synced under another name, then linked,
 * which fails where a second process was faster; then that one's key is used.
 */
export function createMasterKey(dataDir: string): Buffer {
  const path = join(dataDir, masterKeyFile);
  const temporary = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    rmSync(temporary, { force: true });
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeSync(file, `${randomBytes(masterKeyBytes).toString("hex")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    try {
      linkSync(temporary, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
    const folder = openSync(dataDir, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (cause) {
    throw new StartError("data_folder_unwritable", `The encryption key cannot be written into ${dataDir}.`, { cause });
  }
  const key = readMasterKey({ fromEnvironment: undefined, dataDir });
  if (!key) throw new StartError("data_folder_unwritable", `The encryption key in ${path} vanished while it was made.`);
  return key;
}

/** {@link readMasterKey}, else {@link createMasterKey}. */
export function loadOrCreateMasterKey(options: MasterKeySource): Buffer {
  return readMasterKey(options) ?? createMasterKey(options.dataDir);
}
