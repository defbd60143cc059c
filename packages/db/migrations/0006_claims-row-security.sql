-- The policy and grants of `claims` (TN1), as every table has them since `0001_row-security.sql`.
ALTER TABLE claims ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE claims FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant_rows ON claims FOR ALL TO eventpass_app
  USING (tenant = (SELECT nullif(current_setting('app.tenant', true), '')::uuid))
  WITH CHECK (tenant = (SELECT nullif(current_setting('app.tenant', true), '')::uuid));
--> statement-breakpoint
-- What was asked stays as it was: only what became of a claim is written later (LG9).
GRANT SELECT, INSERT ON claims TO eventpass_app;
--> statement-breakpoint
GRANT UPDATE (outcome, answer, settled_ms, voided_ms, voided_by) ON claims TO eventpass_app;
