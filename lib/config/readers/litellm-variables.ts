import { literal } from "../draft.ts";
import type { ReaderInput } from "../reader.ts";
import type { SourceRow } from "../source-row.ts";

const prefix = "os.environ/";
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variables a LiteLLM configuration speaks of: its own `environment_variables`, else those of the server. */
export class Variables {
  readonly #own: SourceRow;
  readonly #env: ReaderInput["env"];

  constructor(own: SourceRow, env: ReaderInput["env"]) {
    this.#own = own;
    this.#env = env;
  }

  /** A secret or an address: what the text says, or a reference that the import resolves. */
  secret(text: string): string {
    const name = this.nameIn(text);
    if (name === null) return literal(text);
    const own = this.#own.has(name) ? this.#own.text(name) : "";
    return own === "" || this.nameIn(own) !== null ? `\${${name}}` : literal(own);
  }

  /** The variable a text names; null = it is a text. */
  nameIn(text: string): string | null {
    const name = text.startsWith(prefix) ? text.slice(prefix.length).trim() : null;
    return name !== null && variableName.test(name) ? name : null;
  }

  /** Whether LiteLLM would find a key of this name without being told. */
  isSet(name: string): boolean {
    return this.#own.has(name) || Boolean(this.#env[name]);
  }
}
