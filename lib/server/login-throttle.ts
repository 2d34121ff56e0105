import ipaddr from "ipaddr.js";

const windowMs = 60_000;
const firstDelayMs = 60_000;
const longestDelayMs = 15 * 60_000;
/** After this long without a try a key is as new. */
const forgetMs = 60 * 60_000;
const triesPerAccountAndAddress = 5;
const triesPerAddress = 20;

type Entry = { windowStartMs: number; tries: number; strikes: number; blockedUntilMs: number; seenMs: number };

/** What a try may do: go on, or come back later. */
export type Admission = { admitted: true } | { admitted: false; retryAfterSeconds: number };

/**
 * How often passwords may be tried: five times a minute per account and address, twenty a minute per address (IPv6: per
 * /64). Using up an allowance closes it for a minute, then two, four … up to fifteen; it always opens again, so nobody
 * can lock the owner out. A right password clears its own account and address, and is given back to the address. Memory is bounded: the longest unused
 * entries go first.
 */
export class LoginThrottle {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #maxEntries: number;

  constructor({ now = Date.now, maxEntries = 20_000 }: { now?: () => number; maxEntries?: number } = {}) {
    this.#now = now;
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Counts a try before it is looked at, so that parallel tries cannot slip through. */
  admit(account: string, address: string | null): Admission {
    const network = networkOf(address);
    const byAccount = this.#entry(accountKey(account, network));
    const byAddress = this.#entry(network);
    const now = this.#now();
    const waitMs = Math.max(byAccount.blockedUntilMs, byAddress.blockedUntilMs) - now;
    if (waitMs > 0) return { admitted: false, retryAfterSeconds: Math.ceil(waitMs / 1_000) };
    this.#count(byAccount, triesPerAccountAndAddress, now);
    this.#count(byAddress, triesPerAddress, now);
    return { admitted: true };
  }

  succeeded(account: string, address: string | null): void {
    const network = networkOf(address);
    this.#entries.delete(accountKey(account, network));
    // A right password was no guess: an office behind one address is not shut out for its own sign-ins.
    const byAddress = this.#entries.get(network);
    if (byAddress && byAddress.tries > 0) byAddress.tries -= 1;
  }

  #entry(key: string): Entry {
    const now = this.#now();
    const known = this.#entries.get(key);
    const fresh = known === undefined || now - known.seenMs > forgetMs;
    const entry = fresh ? { windowStartMs: now, tries: 0, strikes: 0, blockedUntilMs: 0, seenMs: now } : known;
    entry.seenMs = now;
    // Deleting first moves the key to the young end of the map.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#maxEntries) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    return entry;
  }

  #count(entry: Entry, allowance: number, now: number): void {
    if (now - entry.windowStartMs >= windowMs) {
      entry.windowStartMs = now;
      entry.tries = 0;
    }
    entry.tries += 1;
    if (entry.tries < allowance) return;
    entry.blockedUntilMs = now + Math.min(longestDelayMs, firstDelayMs * 2 ** entry.strikes);
    entry.strikes += 1;
    entry.tries = 0;
    entry.windowStartMs = entry.blockedUntilMs;
  }
}

const accountKey = (account: string, network: string) => `${network} ${account.trim().toLowerCase().slice(0, 100)}`;

/** The address, or the /64 of an IPv6 one, which is what a single subscriber gets. */
export function networkOf(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return "unknown";
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`;
}

const place = Symbol.for("sluice.login-throttle");

/** The one of this process. */
export function loginThrottle(): LoginThrottle {
  const holder = globalThis as { [place]?: LoginThrottle };
  holder[place] ??= new LoginThrottle();
  return holder[place];
}
