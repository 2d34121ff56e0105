-- Most clients send no id of their own, so an index over all calls would be mostly of nothing.
CREATE INDEX "Call_clientRequestId_idx" ON "Call"("clientRequestId") WHERE "clientRequestId" IS NOT NULL;
