import { keysToWatch, routesToWatch, trafficSince } from "../db/attention-rows.ts";
import { listSyncSummaries } from "../db/model-sync.ts";
import { readProviderFileState } from "../db/provider-file.ts";
import { logger } from "../logger.ts";
import type { AttentionView } from "../schemas/attention.ts";
import { type AttentionFacts, attentionOf, type LiveFacts } from "./attention-rules.ts";
import { control, environment } from "./runtime.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What changes with every call is read again after so long. */
const storedMs = 10_000;
const trafficMs = 60_000;

/** A value that is read again once it is old. */
function remembered<Value>(freshMs: number, read: () => Promise<Value>): (fresh: boolean) => Promise<Value> {
  let known: { value: Promise<Value>; at: number } | null = null;
  return (fresh) => {
    const now = Date.now();
    if (!fresh && known && now - known.at < freshMs) return known.value;
    const value = read();
    known = { value, at: now };
    value.catch(() => {
      known = null;
    });
    return value;
  };
}

const storedFacts = remembered(storedMs, async () => {
  const [routes, keys, providerFile, syncs] = await Promise.all([
    routesToWatch(),
    keysToWatch(environment().timeZone, Date.now()),
    readProviderFileState(),
    listSyncSummaries(),
  ]);
  const names = new Map(routes.deployments.map(({ provider }) => [provider.id, provider.name]));
  return {
    routes,
    keys,
    providerFile,
    syncs: syncs.map((sync) => ({ ...sync, name: names.get(sync.providerId) ?? sync.providerId })),
  };
});

/** The running hour and the 24 whole ones before it. */
const traffic = remembered(trafficMs, () => trafficSince(Math.floor(Date.now() / hourMs) * hourMs - dayMs));

async function liveFacts(): Promise<LiveFacts> {
  try {
    const [states, setAside, { journalBytes }] = await Promise.all([
      control().states(),
      control().credentialsSetAside(),
      control().status(),
    ]);
    return { states, setAside, journalBytes };
  } catch (error) {
    logger().warn({ err: error }, "the data plane did not tell how it is");
    return null;
  }
}

/**
 * What needs somebody's attention now. States are live; what is stored may be seconds old unless `fresh`, and how many
 * calls a matter concerns a minute.
 * @throws SluiceError `storage_unavailable`
 */
export async function readAttention({ fresh = false }: { fresh?: boolean } = {}): Promise<AttentionView> {
  const [live, stored, counted] = await Promise.all([liveFacts(), storedFacts(fresh), traffic(false)]);
  const facts: AttentionFacts = { live, ...stored, traffic: counted };
  return attentionOf(facts, Date.now());
}
