import * as alerts from "@/app/api/admin/alerts/route";
import * as alertsTest from "@/app/api/admin/alerts/test/route";
import * as attention from "@/app/api/admin/attention/route";
import * as auditExport from "@/app/api/admin/audit/export/route";
import * as audit from "@/app/api/admin/audit/route";
import * as credentialsIdRemoval from "@/app/api/admin/credentials/[id]/removal/route";
import * as credentials from "@/app/api/admin/credentials/route";
import * as demoFault from "@/app/api/admin/demo/fault/route";
import * as demoKey from "@/app/api/admin/demo/key/route";
import * as demo from "@/app/api/admin/demo/route";
import * as demoTurns from "@/app/api/admin/demo/turns/route";
import * as deploymentsIdHold from "@/app/api/admin/deployments/[id]/hold/route";
import * as deploymentsIdImpact from "@/app/api/admin/deployments/[id]/impact/route";
import * as deploymentsIdRelease from "@/app/api/admin/deployments/[id]/release/route";
import * as deploymentsIdResetQuota from "@/app/api/admin/deployments/[id]/reset-quota/route";
import * as deploymentsId from "@/app/api/admin/deployments/[id]/route";
import * as deployments from "@/app/api/admin/deployments/route";
import * as events from "@/app/api/admin/events/route";
import * as exportConfig from "@/app/api/admin/export/route";
import * as failKeywordsIdRestore from "@/app/api/admin/fail-keywords/[id]/restore/route";
import * as failKeywordsId from "@/app/api/admin/fail-keywords/[id]/route";
import * as failKeywordsOrder from "@/app/api/admin/fail-keywords/order/route";
import * as failKeywordsReplayId from "@/app/api/admin/fail-keywords/replay/[id]/route";
import * as failKeywordsReplay from "@/app/api/admin/fail-keywords/replay/route";
import * as failKeywords from "@/app/api/admin/fail-keywords/route";
import * as failKeywordsSamples from "@/app/api/admin/fail-keywords/samples/route";
import * as failKeywordsTest from "@/app/api/admin/fail-keywords/test/route";
import * as groupsIdImpact from "@/app/api/admin/groups/[id]/impact/route";
import * as groupsIdMembers from "@/app/api/admin/groups/[id]/members/route";
import * as groupsId from "@/app/api/admin/groups/[id]/route";
import * as groupsIdSimulate from "@/app/api/admin/groups/[id]/simulate/route";
import * as groups from "@/app/api/admin/groups/route";
import * as healthGroups from "@/app/api/admin/health/groups/route";
import * as healthReset from "@/app/api/admin/health/reset/route";
import * as health from "@/app/api/admin/health/route";
import * as historyIdRestore from "@/app/api/admin/history/[id]/restore/route";
import * as history from "@/app/api/admin/history/route";
import * as importConfig from "@/app/api/admin/import/route";
import * as importsId from "@/app/api/admin/imports/[id]/route";
import * as importsIdUndo from "@/app/api/admin/imports/[id]/undo/route";
import * as imports from "@/app/api/admin/imports/route";
import * as incidents from "@/app/api/admin/incidents/route";
import * as invitesId from "@/app/api/admin/invites/[id]/route";
import * as invites from "@/app/api/admin/invites/route";
import * as keysIdImpact from "@/app/api/admin/keys/[id]/impact/route";
import * as keysIdRotate from "@/app/api/admin/keys/[id]/rotate/route";
import * as keysId from "@/app/api/admin/keys/[id]/route";
import * as keysIdRoutes from "@/app/api/admin/keys/[id]/routes/route";
import * as keys from "@/app/api/admin/keys/route";
import * as logsId from "@/app/api/admin/logs/[id]/route";
import * as logsExport from "@/app/api/admin/logs/export/route";
import * as logsHistogram from "@/app/api/admin/logs/histogram/route";
import * as logs from "@/app/api/admin/logs/route";
import * as logsStream from "@/app/api/admin/logs/stream/route";
import * as logsSummary from "@/app/api/admin/logs/summary/route";
import * as modelsMatchCatalogue from "@/app/api/admin/models/match-catalogue/route";
import * as modelsPriceChangesId from "@/app/api/admin/models/price-changes/[id]/route";
import * as modelsPriceChanges from "@/app/api/admin/models/price-changes/route";
import * as models from "@/app/api/admin/models/route";
import * as playgroundSession from "@/app/api/admin/playground/session/route";
import * as presets from "@/app/api/admin/presets/route";
import * as priceCatalogue from "@/app/api/admin/price-catalogue/route";
import * as providersIdCheck from "@/app/api/admin/providers/[id]/check/route";
import * as providersIdImpact from "@/app/api/admin/providers/[id]/impact/route";
import * as providersIdImport from "@/app/api/admin/providers/[id]/import/route";
import * as providersIdModels from "@/app/api/admin/providers/[id]/models/route";
import * as providersId from "@/app/api/admin/providers/[id]/route";
import * as providersIdSyncDismiss from "@/app/api/admin/providers/[id]/sync/dismiss/route";
import * as providersIdSync from "@/app/api/admin/providers/[id]/sync/route";
import * as providersIdTest from "@/app/api/admin/providers/[id]/test/route";
import * as providersCheck from "@/app/api/admin/providers/check/route";
import * as providers from "@/app/api/admin/providers/route";
import * as reload from "@/app/api/admin/reload/route";
import * as rescues from "@/app/api/admin/rescues/route";
import * as schedule from "@/app/api/admin/schedule/route";
import * as search from "@/app/api/admin/search/route";
import * as settings from "@/app/api/admin/settings/route";
import * as setupProgress from "@/app/api/admin/setup-progress/route";
import * as states from "@/app/api/admin/states/route";
import * as statsExport from "@/app/api/admin/stats/export/route";
import * as statsHours from "@/app/api/admin/stats/hours/route";
import * as statsMonth from "@/app/api/admin/stats/month/route";
import * as stats from "@/app/api/admin/stats/route";
import * as status from "@/app/api/admin/status/route";
import * as suggestions from "@/app/api/admin/suggestions/route";
import * as tokensId from "@/app/api/admin/tokens/[id]/route";
import * as tokens from "@/app/api/admin/tokens/route";
import * as usersIdPasswordLink from "@/app/api/admin/users/[id]/password-link/route";
import * as usersId from "@/app/api/admin/users/[id]/route";
import * as usersIdSignOut from "@/app/api/admin/users/[id]/sign-out/route";
import * as usersIdTwoFactor from "@/app/api/admin/users/[id]/two-factor/route";
import * as users from "@/app/api/admin/users/route";
import * as viewsId from "@/app/api/admin/views/[id]/route";
import * as views from "@/app/api/admin/views/route";
import type { DocumentedRoutes } from "@/lib/server/openapi";

/** Every management route under its path. A test compares this list with the folders. */
export const adminRoutes: DocumentedRoutes = {
  "/api/admin/attention": attention,
  "/api/admin/alerts": alerts,
  "/api/admin/alerts/test": alertsTest,
  "/api/admin/audit": audit,
  "/api/admin/audit/export": auditExport,
  "/api/admin/credentials": credentials,
  "/api/admin/credentials/{id}/removal": credentialsIdRemoval,
  "/api/admin/deployments": deployments,
  "/api/admin/deployments/{id}": deploymentsId,
  "/api/admin/deployments/{id}/hold": deploymentsIdHold,
  "/api/admin/deployments/{id}/impact": deploymentsIdImpact,
  "/api/admin/deployments/{id}/release": deploymentsIdRelease,
  "/api/admin/deployments/{id}/reset-quota": deploymentsIdResetQuota,
  "/api/admin/events": events,
  "/api/admin/export": exportConfig,
  "/api/admin/fail-keywords": failKeywords,
  "/api/admin/fail-keywords/order": failKeywordsOrder,
  "/api/admin/fail-keywords/samples": failKeywordsSamples,
  "/api/admin/fail-keywords/replay": failKeywordsReplay,
  "/api/admin/fail-keywords/replay/{id}": failKeywordsReplayId,
  "/api/admin/fail-keywords/{id}": failKeywordsId,
  "/api/admin/fail-keywords/{id}/restore": failKeywordsIdRestore,
  "/api/admin/fail-keywords/test": failKeywordsTest,
  "/api/admin/groups": groups,
  "/api/admin/groups/{id}": groupsId,
  "/api/admin/groups/{id}/impact": groupsIdImpact,
  "/api/admin/groups/{id}/members": groupsIdMembers,
  "/api/admin/groups/{id}/simulate": groupsIdSimulate,
  "/api/admin/health": health,
  "/api/admin/health/groups": healthGroups,
  "/api/admin/health/reset": healthReset,
  "/api/admin/history": history,
  "/api/admin/history/{id}/restore": historyIdRestore,
  "/api/admin/import": importConfig,
  "/api/admin/imports": imports,
  "/api/admin/imports/{id}": importsId,
  "/api/admin/imports/{id}/undo": importsIdUndo,
  "/api/admin/incidents": incidents,
  "/api/admin/invites": invites,
  "/api/admin/invites/{id}": invitesId,
  "/api/admin/keys": keys,
  "/api/admin/keys/{id}": keysId,
  "/api/admin/keys/{id}/impact": keysIdImpact,
  "/api/admin/keys/{id}/rotate": keysIdRotate,
  "/api/admin/keys/{id}/routes": keysIdRoutes,
  "/api/admin/logs": logs,
  "/api/admin/logs/{id}": logsId,
  "/api/admin/logs/export": logsExport,
  "/api/admin/logs/histogram": logsHistogram,
  "/api/admin/logs/stream": logsStream,
  "/api/admin/logs/summary": logsSummary,
  "/api/admin/models": models,
  "/api/admin/models/match-catalogue": modelsMatchCatalogue,
  "/api/admin/models/price-changes": modelsPriceChanges,
  "/api/admin/models/price-changes/{id}": modelsPriceChangesId,
  "/api/admin/playground/session": playgroundSession,
  "/api/admin/presets": presets,
  "/api/admin/price-catalogue": priceCatalogue,
  "/api/admin/providers": providers,
  "/api/admin/providers/check": providersCheck,
  "/api/admin/providers/{id}": providersId,
  "/api/admin/providers/{id}/check": providersIdCheck,
  "/api/admin/providers/{id}/impact": providersIdImpact,
  "/api/admin/providers/{id}/import": providersIdImport,
  "/api/admin/providers/{id}/models": providersIdModels,
  "/api/admin/providers/{id}/sync": providersIdSync,
  "/api/admin/providers/{id}/sync/dismiss": providersIdSyncDismiss,
  "/api/admin/providers/{id}/test": providersIdTest,
  "/api/admin/reload": reload,
  "/api/admin/rescues": rescues,
  "/api/admin/schedule": schedule,
  "/api/admin/search": search,
  "/api/admin/demo": demo,
  "/api/admin/demo/fault": demoFault,
  "/api/admin/demo/key": demoKey,
  "/api/admin/demo/turns": demoTurns,
  "/api/admin/setup-progress": setupProgress,
  "/api/admin/settings": settings,
  "/api/admin/states": states,
  "/api/admin/stats": stats,
  "/api/admin/stats/export": statsExport,
  "/api/admin/stats/hours": statsHours,
  "/api/admin/stats/month": statsMonth,
  "/api/admin/status": status,
  "/api/admin/suggestions": suggestions,
  "/api/admin/tokens": tokens,
  "/api/admin/tokens/{id}": tokensId,
  "/api/admin/users": users,
  "/api/admin/users/{id}": usersId,
  "/api/admin/users/{id}/password-link": usersIdPasswordLink,
  "/api/admin/users/{id}/sign-out": usersIdSignOut,
  "/api/admin/users/{id}/two-factor": usersIdTwoFactor,
  "/api/admin/views": views,
  "/api/admin/views/{id}": viewsId,
};
