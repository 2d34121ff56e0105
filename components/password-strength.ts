/** How hard a password is to guess, roughly: by its length and by how many different signs it uses. */
export type PasswordStrength = { level: 0 | 1 | 2 | 3; missingCharacters: number };

/** `minCharacters` is the server's lower bound; below it the level is 0. The server has the last word. */
export function passwordStrength(password: string, minCharacters: number): PasswordStrength {
  const characters = [...password];
  if (characters.length < minCharacters) return { level: 0, missingCharacters: minCharacters - characters.length };
  const different = new Set(characters).size;
  const score = characters.length * Math.log2(Math.max(2, different));
  return { level: score < 40 || different < 5 ? 1 : score < 64 ? 2 : 3, missingCharacters: 0 };
}
