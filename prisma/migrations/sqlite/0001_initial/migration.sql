-- CreateTable
CREATE TABLE "Provider" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "baseUrl" TEXT NOT NULL,
    "apiVersion" TEXT,
    "headers" JSONB NOT NULL DEFAULT '{}',
    "timeouts" JSONB NOT NULL DEFAULT '{}',
    "retries" INTEGER NOT NULL DEFAULT 1,
    "maxInFlight" INTEGER,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "source" TEXT NOT NULL DEFAULT 'console',
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Credential" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "providerId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "preview" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "Credential_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "Provider" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Deployment" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "providerId" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "inputPriceNanos" BIGINT,
    "outputPriceNanos" BIGINT,
    "cachedInputPriceNanos" BIGINT,
    "cacheWritePriceNanos" BIGINT,
    "callPriceNanos" BIGINT,
    "contextWindow" INTEGER,
    "supports" JSONB NOT NULL DEFAULT '{}',
    "requestsPerPeriod" INTEGER,
    "tokensPerPeriod" BIGINT,
    "periodCron" TEXT,
    "totalQuota" INTEGER,
    "maxConcurrent" INTEGER,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "heldAt" DATETIME,
    "heldUntil" DATETIME,
    "heldReason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "Deployment_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "Provider" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Group" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "strategy" TEXT NOT NULL DEFAULT 'weighted',
    "timeouts" JSONB NOT NULL DEFAULT '{}',
    "delivery" TEXT NOT NULL DEFAULT 'live',
    "retryAfterWaitSeconds" INTEGER NOT NULL DEFAULT 0,
    "affinity" TEXT NOT NULL DEFAULT 'off',
    "storeBodies" BOOLEAN NOT NULL DEFAULT false,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "GroupAlias" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "groupId" TEXT NOT NULL,
    CONSTRAINT "GroupAlias_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "Group" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Member" (
    "groupId" TEXT NOT NULL,
    "deploymentId" TEXT NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 1,
    "weight" INTEGER NOT NULL DEFAULT 1,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "position" INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY ("groupId", "deploymentId"),
    CONSTRAINT "Member_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "Group" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Member_deploymentId_fkey" FOREIGN KEY ("deploymentId") REFERENCES "Deployment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "preview" TEXT NOT NULL,
    "allGroups" BOOLEAN NOT NULL DEFAULT false,
    "allowRawModels" BOOLEAN NOT NULL DEFAULT false,
    "budgetDayNanos" BIGINT,
    "budgetMonthNanos" BIGINT,
    "budgetTotalNanos" BIGINT,
    "rpm" INTEGER,
    "tpm" INTEGER,
    "concurrent" INTEGER,
    "expiresAt" DATETIME,
    "allowedIps" JSONB NOT NULL DEFAULT '[]',
    "storeBodies" BOOLEAN NOT NULL DEFAULT false,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "deletedAt" DATETIME,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ApiKeyGroup" (
    "keyId" TEXT NOT NULL,
    "groupId" TEXT NOT NULL,

    PRIMARY KEY ("keyId", "groupId"),
    CONSTRAINT "ApiKeyGroup_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "ApiKey" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "ApiKeyGroup_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "Group" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ApiKeySecret" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "keyId" TEXT NOT NULL,
    "preview" TEXT NOT NULL,
    "validUntil" DATETIME,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    CONSTRAINT "ApiKeySecret_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "ApiKey" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Call" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "requestId" TEXT NOT NULL,
    "clientRequestId" TEXT,
    "at" DATETIME NOT NULL,
    "endpoint" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "errorCode" TEXT,
    "stream" BOOLEAN NOT NULL,
    "groupId" TEXT,
    "groupName" TEXT,
    "model" TEXT,
    "servedModel" TEXT,
    "providerId" TEXT,
    "providerName" TEXT,
    "deploymentId" TEXT,
    "keyId" TEXT,
    "keyName" TEXT,
    "attemptCount" INTEGER NOT NULL,
    "firstTokenMs" INTEGER,
    "totalMs" INTEGER NOT NULL,
    "overheadUs" INTEGER,
    "inputTokens" INTEGER,
    "cachedTokens" INTEGER,
    "cacheWriteTokens" INTEGER,
    "outputTokens" INTEGER,
    "reasoningTokens" INTEGER,
    "usageSource" TEXT,
    "costNanos" BIGINT,
    "costSource" TEXT,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "clientIp" TEXT,
    "userAgent" TEXT,
    "sessionId" TEXT,
    "flags" JSONB NOT NULL,
    "receipt" JSONB NOT NULL
);

-- CreateTable
CREATE TABLE "Attempt" (
    "callId" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "at" DATETIME NOT NULL,
    "providerId" TEXT,
    "deploymentId" TEXT,
    "credentialId" TEXT,
    "outcome" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "httpStatus" INTEGER,
    "connectMs" INTEGER,
    "firstByteMs" INTEGER,
    "firstTokenMs" INTEGER,
    "endMs" INTEGER,
    "keywordId" TEXT,
    "inputTokens" INTEGER,
    "outputTokens" INTEGER,
    "costNanos" BIGINT,
    "upstreamRequestId" TEXT,

    PRIMARY KEY ("callId", "n"),
    CONSTRAINT "Attempt_callId_fkey" FOREIGN KEY ("callId") REFERENCES "Call" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "CallBody" (
    "callId" TEXT NOT NULL PRIMARY KEY,
    "at" DATETIME NOT NULL,
    "request" TEXT,
    "response" TEXT,
    "truncated" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "CallBody_callId_fkey" FOREIGN KEY ("callId") REFERENCES "Call" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "UsageHour" (
    "at" DATETIME NOT NULL,
    "groupId" TEXT NOT NULL,
    "deploymentId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "calls" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "inputTokens" BIGINT NOT NULL,
    "cachedTokens" BIGINT NOT NULL,
    "outputTokens" BIGINT NOT NULL,
    "costNanos" BIGINT NOT NULL,
    "unpricedCalls" INTEGER NOT NULL,
    "totalMsSum" BIGINT NOT NULL,
    "firstTokenSum" BIGINT NOT NULL,

    PRIMARY KEY ("at", "groupId", "deploymentId", "providerId", "keyId", "outcome", "demo")
);

-- CreateTable
CREATE TABLE "FailKeyword" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "keyword" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "match" TEXT NOT NULL DEFAULT 'contains',
    "caseSensitive" BOOLEAN NOT NULL DEFAULT false,
    "scope" TEXT NOT NULL DEFAULT 'all',
    "targetId" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "hits" INTEGER NOT NULL DEFAULT 0,
    "lastTriggeredAt" DATETIME,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" JSONB NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "username" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'owner',
    "locale" TEXT,
    "timeZone" TEXT,
    "sessionVersion" INTEGER NOT NULL DEFAULT 1,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "lastSeenAt" DATETIME,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "AdminToken" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "preview" TEXT NOT NULL,
    "expiresAt" DATETIME,
    "lastUsedAt" DATETIME,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "at" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "actorType" TEXT NOT NULL,
    "actorId" TEXT,
    "actorName" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "targetType" TEXT NOT NULL,
    "targetId" TEXT,
    "targetName" TEXT,
    "before" JSONB,
    "after" JSONB,
    "ip" TEXT
);

-- CreateTable
CREATE TABLE "JournalPosition" (
    "segment" TEXT NOT NULL PRIMARY KEY,
    "offset" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "Meta" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "Provider_name_key" ON "Provider"("name");

-- CreateIndex
CREATE INDEX "Credential_providerId_idx" ON "Credential"("providerId");

-- CreateIndex
CREATE INDEX "Deployment_model_idx" ON "Deployment"("model");

-- CreateIndex
CREATE UNIQUE INDEX "Deployment_providerId_name_key" ON "Deployment"("providerId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Group_name_key" ON "Group"("name");

-- CreateIndex
CREATE INDEX "GroupAlias_groupId_idx" ON "GroupAlias"("groupId");

-- CreateIndex
CREATE INDEX "Member_deploymentId_idx" ON "Member"("deploymentId");

-- CreateIndex
CREATE INDEX "ApiKeyGroup_groupId_idx" ON "ApiKeyGroup"("groupId");

-- CreateIndex
CREATE INDEX "ApiKeySecret_keyId_idx" ON "ApiKeySecret"("keyId");

-- CreateIndex
CREATE UNIQUE INDEX "Call_requestId_key" ON "Call"("requestId");

-- CreateIndex
CREATE INDEX "Call_at_id_idx" ON "Call"("at", "id");

-- CreateIndex
CREATE INDEX "Call_outcome_at_id_idx" ON "Call"("outcome", "at", "id");

-- CreateIndex
CREATE INDEX "Call_groupId_at_id_idx" ON "Call"("groupId", "at", "id");

-- CreateIndex
CREATE INDEX "Call_providerId_at_id_idx" ON "Call"("providerId", "at", "id");

-- CreateIndex
CREATE INDEX "Call_deploymentId_at_id_idx" ON "Call"("deploymentId", "at", "id");

-- CreateIndex
CREATE INDEX "Call_keyId_at_id_idx" ON "Call"("keyId", "at", "id");

-- CreateIndex
CREATE INDEX "Attempt_deploymentId_at_idx" ON "Attempt"("deploymentId", "at");

-- CreateIndex
CREATE INDEX "CallBody_at_idx" ON "CallBody"("at");

-- CreateIndex
CREATE INDEX "UsageHour_keyId_at_idx" ON "UsageHour"("keyId", "at");

-- CreateIndex
CREATE UNIQUE INDEX "User_username_key" ON "User"("username");

-- CreateIndex
CREATE UNIQUE INDEX "AdminToken_hash_key" ON "AdminToken"("hash");

-- CreateIndex
CREATE INDEX "AuditEvent_at_id_idx" ON "AuditEvent"("at", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_targetType_targetId_idx" ON "AuditEvent"("targetType", "targetId");
