-- AlterTable
ALTER TABLE "Provider" ADD COLUMN "tags" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "FailKeyword" ADD COLUMN "finishReasons" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "FailKeyword" ADD COLUMN "minCharacters" INTEGER;
