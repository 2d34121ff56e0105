// Apart from the schemas, so that pages need none of them.

export const auditTargets = [
  "provider",
  "deployment",
  "group",
  "api_key",
  "fail_keyword",
  "settings",
  "configuration",
  "admin_token",
  "user",
  "invite",
  "call",
  "gateway",
  "audit",
] as const;

/** Everything the audit log tells of. A new act adds its word here and in the messages (`audit.action`). */
export const auditActions = [
  "create",
  "update",
  "delete",
  "restore",
  "reorder",
  "hold",
  "release",
  "rotate",
  "reset_quota",
  "reset_health",
  "schedule_price",
  "cancel_price",
  "apply_price",
  "import",
  "undo_import",
  "read_file",
  "release_file",
  "remove_credential",
  "undo_removal",
  "update_sync",
  "sync_list",
  "dismiss_suggestions",
  "read_bodies",
  "export",
  "purge",
  "reset_password",
  "change_password",
  "end_sessions",
  "enable_two_factor",
  "remove_two_factor",
  "use_recovery_code",
] as const;

export const actorTypes = ["user", "token", "key", "system"] as const;
