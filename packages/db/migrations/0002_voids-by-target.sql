CREATE INDEX "scans_target_idx" ON "scans" USING btree ("event","target") WHERE "scans"."target" is not null;
