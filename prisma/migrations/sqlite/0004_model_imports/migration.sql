-- CreateTable
CREATE TABLE "ImportJob" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "providerName" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "input" JSONB NOT NULL,
    "counts" JSONB,
    "result" JSONB,
    "undo" JSONB,
    "undoUntil" DATETIME,
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "actorName" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "startedAt" DATETIME,
    "finishedAt" DATETIME,
    "undoneAt" DATETIME
);

-- CreateTable
CREATE TABLE "ModelSync" (
    "providerId" TEXT NOT NULL PRIMARY KEY,
    "cron" TEXT,
    "nextAt" DATETIME,
    "choice" JSONB NOT NULL,
    "checkedAt" DATETIME,
    "error" TEXT,
    "suggestion" JSONB,
    "dismissed" JSONB NOT NULL DEFAULT '[]',
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "ModelSync_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "Provider" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "ImportJob_providerId_createdAt_idx" ON "ImportJob"("providerId", "createdAt");

-- CreateIndex
CREATE INDEX "ImportJob_createdAt_idx" ON "ImportJob"("createdAt");

-- CreateIndex
CREATE INDEX "ModelSync_nextAt_idx" ON "ModelSync"("nextAt");
