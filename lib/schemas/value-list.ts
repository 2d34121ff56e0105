/** Several values in one parameter: separated by commas; a comma or a backslash inside a value has a backslash before it. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (character === "\\" && (next === "," || next === "\\")) {
      part += next;
      index++;
    } else if (character === ",") {
      parts.push(part);
      part = "";
    } else part += character;
  }
  return [...parts, part].map((value) => value.trim()).filter((value) => value !== "");
}

/** {@link splitList} backwards. */
export function joinList(values: readonly string[]): string {
  return values.map((value) => value.replace(/[\\,]/g, "\\$&")).join(",");
}
