-- CreateTable
CREATE TABLE "HealthSpan" (
    "size" INTEGER NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "subject" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "ok" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "totalMs" BIGINT NOT NULL,
    "histogram" BYTEA,

    CONSTRAINT "HealthSpan_pkey" PRIMARY KEY ("size","subject","at")
);

-- CreateTable
CREATE TABLE "StateEvent" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "deploymentId" TEXT NOT NULL DEFAULT '',
    "reason" TEXT,
    "detail" JSONB NOT NULL,

    CONSTRAINT "StateEvent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "HealthSpan_size_at_idx" ON "HealthSpan"("size", "at");

-- CreateIndex
CREATE INDEX "StateEvent_at_idx" ON "StateEvent"("at");

-- CreateIndex
CREATE INDEX "StateEvent_deploymentId_at_idx" ON "StateEvent"("deploymentId", "at");
