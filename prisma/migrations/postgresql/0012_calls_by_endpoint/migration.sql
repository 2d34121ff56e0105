-- Nearly every call is a chat: those are found without an index, and the others among them would not be.
CREATE INDEX "Call_endpoint_idx" ON "Call"("endpoint", "at", "id") WHERE "endpoint" <> 'chat.completions';
