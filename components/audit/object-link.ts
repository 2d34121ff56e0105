import type { AuditListEntry } from "@/lib/schemas/audit";

/** The page of what an entry is about; null where there is none, or it is gone. */
export function objectPath({ type, id, name, exists, providerId }: AuditListEntry["target"]): string | null {
  switch (type) {
    case "provider":
      return exists ? `/providers/${id}` : null;
    case "deployment":
      return providerId === null ? null : `/providers/${providerId}`;
    case "group":
      return exists ? `/groups/${id}` : null;
    case "api_key":
      return exists ? `/keys/${id}` : null;
    case "call":
      return id === null || name === null ? null : `/logs/${id}`;
    case "fail_keyword":
      return "/fail-keywords";
    case "settings":
      return id === "alerts" ? "/settings/alerts" : "/settings/general";
    case "configuration":
      return "/settings/import";
    case "admin_token":
      return "/settings/security";
    case "user":
    case "invite":
      return "/users";
    case "gateway":
      return "/status";
    default:
      return null;
  }
}
