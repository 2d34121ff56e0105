import type { AttentionItem } from "@/lib/schemas/attention";

/** Where a matter leads: the page of what it is about, the page where it is put right, and its calls of 24 hours. */
export type AttentionDoors = { subject: string; fix: string | null; logs: string | null };

const day = "/logs?range=24h";

export function attentionDoors(item: AttentionItem): AttentionDoors {
  switch (item.kind) {
    case "gateway_unreachable":
    case "journal_backlog":
      return { subject: "/settings/about", fix: null, logs: null };
    case "group_cannot_serve":
      return doors(`/groups/${item.group.id}`, `${day}&group=${item.group.id}`);
    case "deployment_state":
    case "deployment_held":
    case "quota":
      return doors(`/providers/${item.deployment.provider.id}`, `${day}&tried=${item.deployment.id}`);
    case "unpriced":
      return doors(`/providers/${item.deployment.provider.id}`, `${day}&deployment=${item.deployment.id}`);
    case "credential_set_aside":
      return doors(`/providers/${item.provider.id}`, `${day}&tried=${item.provider.id}`);
    case "key_budget":
    case "key_expiry":
      return doors(`/keys/${item.key.id}`, `${day}&key=${item.key.id}`);
    case "provider_file":
      return { subject: "/settings/import", fix: "/settings/import", logs: null };
    case "model_sync": {
      const provider = `/providers/${item.provider.id}`;
      return { subject: provider, fix: item.failed ? provider : `${provider}/import`, logs: null };
    }
  }
}

const doors = (page: string, logs: string): AttentionDoors => ({ subject: page, fix: page, logs });

/** What a matter is about, by name; null = the gateway itself. */
export function subjectOf(item: AttentionItem): string | null {
  switch (item.kind) {
    case "gateway_unreachable":
    case "journal_backlog":
      return null;
    case "group_cannot_serve":
      return item.group.name;
    case "deployment_state":
    case "deployment_held":
    case "quota":
    case "unpriced":
      return `${item.deployment.provider.name}/${item.deployment.name}`;
    case "credential_set_aside":
      return `${item.provider.name} · ${item.credential.name}`;
    case "key_budget":
    case "key_expiry":
      return item.key.name;
    case "provider_file":
      return item.path;
    case "model_sync":
      return item.provider.name;
  }
}

/** Whether forgetting the failures of a deployment helps: one that is being tried needs nobody. */
export function retryable({ state }: Extract<AttentionItem, { kind: "deployment_state" }>): boolean {
  return state !== "half_open";
}
