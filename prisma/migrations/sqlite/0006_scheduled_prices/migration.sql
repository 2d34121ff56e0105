-- AlterTable
ALTER TABLE "Deployment" ADD COLUMN "priceSource" TEXT;
ALTER TABLE "Deployment" ADD COLUMN "pricedAt" DATETIME;

-- CreateTable
CREATE TABLE "PriceChange" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "deploymentId" TEXT NOT NULL,
    "effectiveAt" DATETIME NOT NULL,
    "inputPriceNanos" BIGINT,
    "outputPriceNanos" BIGINT,
    "cachedInputPriceNanos" BIGINT,
    "cacheWritePriceNanos" BIGINT,
    "callPriceNanos" BIGINT,
    "source" TEXT NOT NULL DEFAULT 'typed',
    "actor" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER)),
    "appliedAt" DATETIME,
    CONSTRAINT "PriceChange_deploymentId_fkey" FOREIGN KEY ("deploymentId") REFERENCES "Deployment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "PriceChange_deploymentId_effectiveAt_idx" ON "PriceChange"("deploymentId", "effectiveAt");

-- CreateIndex
CREATE INDEX "PriceChange_appliedAt_effectiveAt_idx" ON "PriceChange"("appliedAt", "effectiveAt");
