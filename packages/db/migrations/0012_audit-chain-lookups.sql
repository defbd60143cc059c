-- The policy and grants of `audit_heads` (TN1), as every table has them since `0001_row-security.sql`.
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant_rows ON audit_heads FOR ALL TO eventpass_app
  USING (tenant = (SELECT nullif(current_setting('app.tenant', true), '')::uuid))
  WITH CHECK (tenant = (SELECT nullif(current_setting('app.tenant', true), '')::uuid));
--> statement-breakpoint
-- What was signed stays as it was signed (AU1).
GRANT SELECT, INSERT ON audit_heads TO eventpass_app;
--> statement-breakpoint
-- How the sequencer finds rows without a place before it knows a tenant: ids only.
CREATE POLICY lookups ON audit_logs FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
GRANT SELECT (tenant, seq) ON audit_logs TO eventpass_lookup;
--> statement-breakpoint
CREATE FUNCTION lookup_tenants_with_unchained_audit(after_id uuid, tenants_max integer)
RETURNS TABLE (tenant uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT t.id FROM public.tenants t
      WHERE (after_id IS NULL OR t.id > after_id) AND EXISTS (SELECT FROM public.audit_logs a
        WHERE a.tenant = t.id AND a.seq IS NULL)
      ORDER BY t.id LIMIT tenants_max $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION lookup_tenants_with_unchained_audit FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION lookup_tenants_with_unchained_audit TO eventpass_app;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO eventpass_lookup;
--> statement-breakpoint
ALTER FUNCTION lookup_tenants_with_unchained_audit OWNER TO eventpass_lookup;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM eventpass_lookup;
