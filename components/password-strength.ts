import { isCommonPassword } from "@/lib/schemas/common-passwords";

/** How hard a password is to guess, roughly: by its length and by how many different signs it uses. */
export type PasswordStrength = {
  /** 0 is refused: too short, or common. */
  level: 0 | 1 | 2 | 3;
  missingCharacters: number;
  isCommon: boolean;
};

/** `minCharacters` is the server's lower bound; below it the level is 0. The server has the last word. */
export function passwordStrength(password: string, minCharacters: number): PasswordStrength {
  const characters = [...password];
  if (characters.length < minCharacters)
    return { level: 0, missingCharacters: minCharacters - characters.length, isCommon: false };
  if (isCommonPassword(password)) return { level: 0, missingCharacters: 0, isCommon: true };
  const different = new Set(characters).size;
  const score = characters.length * Math.log2(Math.max(2, different));
  return { level: score < 40 || different < 5 ? 1 : score < 64 ? 2 : 3, missingCharacters: 0, isCommon: false };
}
