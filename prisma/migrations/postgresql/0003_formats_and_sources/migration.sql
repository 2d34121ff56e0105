-- AlterTable
ALTER TABLE "Provider" ADD COLUMN     "preset" TEXT,
ADD COLUMN     "wireApi" TEXT NOT NULL DEFAULT 'auto';

-- AlterTable
ALTER TABLE "Deployment" ADD COLUMN     "source" TEXT NOT NULL DEFAULT 'console';

-- AlterTable
ALTER TABLE "Group" ADD COLUMN     "source" TEXT NOT NULL DEFAULT 'console',
ADD COLUMN     "stripReasoning" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "source" TEXT NOT NULL DEFAULT 'console';
