import { createDecipheriv, createHash } from "node:crypto";

/** What API Proxy takes for a key when it is given none and does not run in production. */
const itsDefaultKey = "default-secret-key-change-in-production";
const saltedMark = "Salted__";

/**
 * A secret of API Proxy's database in plain, or null where none of the keys opens it. It is AES-256-CBC in OpenSSL's
 * salted form, base64, with key and vector from the passphrase by `EVP_BytesToKey` (MD5, one round), as crypto-js
 * writes it.
 */
export function decryptedSecret(sealed: string, passphrase: string | undefined): string | null {
  for (const candidate of passphrase ? [passphrase] : [itsDefaultKey]) {
    const plain = decrypted(sealed, candidate);
    if (plain !== null) return plain;
  }
  return null;
}

function decrypted(sealed: string, passphrase: string): string | null {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < 32 || bytes.length % 16 !== 0 || bytes.toString("latin1", 0, 8) !== saltedMark) return null;
  const salt = bytes.subarray(8, 16);
  let made = Buffer.alloc(0);
  let block = Buffer.alloc(0);
  while (made.length < 48) {
    block = createHash("md5").update(block).update(passphrase, "utf8").update(salt).digest();
    made = Buffer.concat([made, block]);
  }
  try {
    const cipher = createDecipheriv("aes-256-cbc", made.subarray(0, 32), made.subarray(32, 48));
    const plain = Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()]).toString("latin1");
    // Nothing but a key is sealed: one line of printable ASCII. A wrong passphrase hardly ever makes that.
    return /^[\x20-\x7e]+$/.test(plain) ? plain : null;
  } catch {
    return null;
  }
}
