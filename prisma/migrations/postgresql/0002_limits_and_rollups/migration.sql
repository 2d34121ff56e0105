-- AlterTable
ALTER TABLE "Deployment" ADD COLUMN     "quotaResetAt" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "UsageHour" ADD COLUMN     "cacheWriteTokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "firstTokenHistogram" BYTEA,
ADD COLUMN     "reasoningTokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "totalHistogram" BYTEA;

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
    "totalHistogram" BYTEA,
    "firstTokenHistogram" BYTEA,

    CONSTRAINT "UsageDay_pkey" PRIMARY KEY ("day","groupId","deploymentId","providerId","keyId","outcome","demo")
);

-- CreateTable
CREATE TABLE "LimitUse" (
    "counter" TEXT NOT NULL,
    "start" TIMESTAMP(3) NOT NULL,
    "amount" BIGINT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LimitUse_pkey" PRIMARY KEY ("counter","start")
);

-- CreateIndex
CREATE INDEX "UsageDay_keyId_day_idx" ON "UsageDay"("keyId", "day");

-- CreateIndex
CREATE INDEX "LimitUse_start_idx" ON "LimitUse"("start");
