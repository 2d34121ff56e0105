ALTER TABLE "FailKeyword" ADD COLUMN "position" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "FailKeyword" ADD COLUMN "statuses" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "FailKeyword" ADD COLUMN "part" TEXT NOT NULL DEFAULT 'whole';
ALTER TABLE "FailKeyword" ADD COLUMN "verdict" TEXT NOT NULL DEFAULT 'failover';
ALTER TABLE "FailKeyword" ADD COLUMN "coolSeconds" INTEGER;
ALTER TABLE "FailKeyword" ADD COLUMN "lastCallId" TEXT;
-- CreateTable
CREATE TABLE "FailKeywordHour" (
    "keywordId" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "hits" INTEGER NOT NULL,

    PRIMARY KEY ("keywordId", "at")
);
-- CreateIndex
CREATE INDEX "FailKeywordHour_at_idx" ON "FailKeywordHour"("at");
