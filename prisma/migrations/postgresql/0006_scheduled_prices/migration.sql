-- AlterTable
ALTER TABLE "Deployment" ADD COLUMN     "priceSource" TEXT,
ADD COLUMN     "pricedAt" TIMESTAMP(3);

-- CreateTable
CREATE TABLE "PriceChange" (
    "id" TEXT NOT NULL,
    "deploymentId" TEXT NOT NULL,
    "effectiveAt" TIMESTAMP(3) NOT NULL,
    "inputPriceNanos" BIGINT,
    "outputPriceNanos" BIGINT,
    "cachedInputPriceNanos" BIGINT,
    "cacheWritePriceNanos" BIGINT,
    "callPriceNanos" BIGINT,
    "source" TEXT NOT NULL DEFAULT 'typed',
    "actor" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "appliedAt" TIMESTAMP(3),

    CONSTRAINT "PriceChange_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "PriceChange_deploymentId_effectiveAt_idx" ON "PriceChange"("deploymentId", "effectiveAt");

-- CreateIndex
CREATE INDEX "PriceChange_appliedAt_effectiveAt_idx" ON "PriceChange"("appliedAt", "effectiveAt");

-- AddForeignKey
ALTER TABLE "PriceChange" ADD CONSTRAINT "PriceChange_deploymentId_fkey" FOREIGN KEY ("deploymentId") REFERENCES "Deployment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
