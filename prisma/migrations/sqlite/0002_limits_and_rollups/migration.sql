-- AlterTable
ALTER TABLE "Deployment" ADD COLUMN "quotaResetAt" DATETIME;

-- CreateTable
CREATE TABLE "UsageDay" (
    "day" TEXT NOT NULL,
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
    "cacheWriteTokens" BIGINT NOT NULL DEFAULT 0,
    "outputTokens" BIGINT NOT NULL,
    "reasoningTokens" BIGINT NOT NULL DEFAULT 0,
    "costNanos" BIGINT NOT NULL,
    "unpricedCalls" INTEGER NOT NULL,
    "totalMsSum" BIGINT NOT NULL,
    "firstTokenSum" BIGINT NOT NULL,
    "totalHistogram" BLOB,
    "firstTokenHistogram" BLOB,

    PRIMARY KEY ("day", "groupId", "deploymentId", "providerId", "keyId", "outcome", "demo")
);

-- CreateTable
CREATE TABLE "LimitUse" (
    "counter" TEXT NOT NULL,
    "start" DATETIME NOT NULL,
    "amount" BIGINT NOT NULL,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("counter", "start")
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_UsageHour" (
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
    "cacheWriteTokens" BIGINT NOT NULL DEFAULT 0,
    "outputTokens" BIGINT NOT NULL,
    "reasoningTokens" BIGINT NOT NULL DEFAULT 0,
    "costNanos" BIGINT NOT NULL,
    "unpricedCalls" INTEGER NOT NULL,
    "totalMsSum" BIGINT NOT NULL,
    "firstTokenSum" BIGINT NOT NULL,
    "totalHistogram" BLOB,
    "firstTokenHistogram" BLOB,

    PRIMARY KEY ("at", "groupId", "deploymentId", "providerId", "keyId", "outcome", "demo")
);
INSERT INTO "new_UsageHour" ("at", "attempts", "cachedTokens", "calls", "costNanos", "demo", "deploymentId", "firstTokenSum", "groupId", "inputTokens", "keyId", "outcome", "outputTokens", "providerId", "totalMsSum", "unpricedCalls") SELECT "at", "attempts", "cachedTokens", "calls", "costNanos", "demo", "deploymentId", "firstTokenSum", "groupId", "inputTokens", "keyId", "outcome", "outputTokens", "providerId", "totalMsSum", "unpricedCalls" FROM "UsageHour";
DROP TABLE "UsageHour";
ALTER TABLE "new_UsageHour" RENAME TO "UsageHour";
CREATE INDEX "UsageHour_keyId_at_idx" ON "UsageHour"("keyId", "at");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "UsageDay_keyId_day_idx" ON "UsageDay"("keyId", "day");

-- CreateIndex
CREATE INDEX "LimitUse_start_idx" ON "LimitUse"("start");
