-- AlterTable
ALTER TABLE "FailKeyword" ADD COLUMN     "coolSeconds" INTEGER,
ADD COLUMN     "lastCallId" TEXT,
ADD COLUMN     "part" TEXT NOT NULL DEFAULT 'whole',
ADD COLUMN     "position" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "statuses" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "verdict" TEXT NOT NULL DEFAULT 'failover';

-- CreateTable
CREATE TABLE "FailKeywordHour" (
    "keywordId" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "hits" INTEGER NOT NULL,

    CONSTRAINT "FailKeywordHour_pkey" PRIMARY KEY ("keywordId","at")
);

-- CreateIndex
CREATE INDEX "FailKeywordHour_at_idx" ON "FailKeywordHour"("at");
