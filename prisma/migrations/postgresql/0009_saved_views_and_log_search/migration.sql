-- DropIndex
DROP INDEX "Call_at_id_idx";

-- CreateTable
CREATE TABLE "SavedView" (
    "id" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SavedView_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SavedView_page_userId_idx" ON "SavedView"("page", "userId");

-- CreateIndex
CREATE INDEX "Call_list_idx" ON "Call"("at", "id", "outcome", "status", "endpoint", "groupId", "groupName", "providerId", "providerName", "deploymentId", "keyId", "keyName", "model", "servedModel", "errorCode", "stream", "demo", "attemptCount", "firstTokenMs", "totalMs", "inputTokens", "outputTokens", "costNanos");

-- Only what is rare: an index over everything would cost every call and help none of these searches.
CREATE INDEX "Call_failing_status_idx" ON "Call"("status", "at", "id") WHERE "status" >= 400;
CREATE INDEX "Call_errorCode_idx" ON "Call"("errorCode", "at", "id") WHERE "errorCode" IS NOT NULL;
CREATE INDEX "Call_sessionId_idx" ON "Call"("sessionId", "at", "id") WHERE "sessionId" IS NOT NULL;
CREATE INDEX "Attempt_failing_reason_idx" ON "Attempt"("reason", "at", "callId") WHERE "reason" <> 'ok';
