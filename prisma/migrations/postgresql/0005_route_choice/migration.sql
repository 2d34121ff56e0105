-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "allowRouteChoice" BOOLEAN NOT NULL DEFAULT false;
