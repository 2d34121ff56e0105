-- CreateTable
CREATE TABLE "ImportJob" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "providerName" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "input" JSONB NOT NULL,
    "counts" JSONB,
    "result" JSONB,
    "undo" JSONB,
    "undoUntil" TIMESTAMP(3),
    "errorCode" TEXT,
    "errorMessage" TEXT,
    "actorName" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMP(3),
    "finishedAt" TIMESTAMP(3),
    "undoneAt" TIMESTAMP(3),

    CONSTRAINT "ImportJob_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ModelSync" (
    "providerId" TEXT NOT NULL,
    "cron" TEXT,
    "nextAt" TIMESTAMP(3),
    "choice" JSONB NOT NULL,
    "checkedAt" TIMESTAMP(3),
    "error" TEXT,
    "suggestion" JSONB,
    "dismissed" JSONB NOT NULL DEFAULT '[]',
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ModelSync_pkey" PRIMARY KEY ("providerId")
);

-- CreateIndex
CREATE INDEX "ImportJob_providerId_createdAt_idx" ON "ImportJob"("providerId", "createdAt");

-- CreateIndex
CREATE INDEX "ImportJob_createdAt_idx" ON "ImportJob"("createdAt");

-- CreateIndex
CREATE INDEX "ModelSync_nextAt_idx" ON "ModelSync"("nextAt");

-- AddForeignKey
ALTER TABLE "ModelSync" ADD CONSTRAINT "ModelSync_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "Provider"("id") ON DELETE CASCADE ON UPDATE CASCADE;
