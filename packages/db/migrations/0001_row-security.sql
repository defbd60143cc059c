-- Row-level security on every table (TN1). Written by hand: drizzle-kit knows no FORCE.
--
-- A transaction of the application runs as `eventpass_app`, which owns nothing and bypasses
-- nothing, and sees the rows of the tenant named in `app.tenant`; without one it sees none.
-- Roles belong to the whole cluster, so that several databases may make them at the same time.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['eventpass_app', 'eventpass_lookup'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
    -- Who runs the server must be able to become the role; a superuser already can.
    IF NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
    END IF;
  END LOOP;
END
$$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO eventpass_app, eventpass_lookup;
--> statement-breakpoint
DO $$
DECLARE
  protected regclass;
  owner_column text;
BEGIN
  FOR protected IN
    SELECT c.oid FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'node_state'
  LOOP
    owner_column := CASE WHEN protected = 'public.tenants'::regclass THEN 'id' ELSE 'tenant' END;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', protected);
    -- The subselect is worked out once a statement, not once a row.
    EXECUTE format(
      'CREATE POLICY tenant_rows ON %1$s FOR ALL TO eventpass_app '
      'USING (%2$I = (SELECT nullif(current_setting(''app.tenant'', true), '''')::uuid)) '
      'WITH CHECK (%2$I = (SELECT nullif(current_setting(''app.tenant'', true), '''')::uuid))',
      protected, owner_column);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO eventpass_app', protected);
  END LOOP;
END
$$;
--> statement-breakpoint
-- The one table without a tenant: every tenant reads it, the server alone writes it.
ALTER TABLE node_state ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE node_state FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY everyone ON node_state FOR ALL TO PUBLIC USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON node_state TO eventpass_app;
--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO eventpass_app;
--> statement-breakpoint
-- The ledger and the audit only grow (LG2, AU1): what was written stays as it was written.
REVOKE UPDATE, DELETE ON scans, audit_logs FROM eventpass_app;
--> statement-breakpoint
GRANT UPDATE (invitee_no, branch, quarantine, connected) ON scans TO eventpass_app;
--> statement-breakpoint
GRANT UPDATE (seq, chain) ON audit_logs TO eventpass_app;
--> statement-breakpoint
-- Staged uploads can be uploaded again: they need no write-ahead log.
ALTER TABLE import_rows SET UNLOGGED;
--> statement-breakpoint
-- What must look before a tenant is known. Each function answers ids only, and its owner may
-- read no other column than the ones that it needs for that.
CREATE POLICY lookups ON users FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
CREATE POLICY lookups ON sessions FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
CREATE POLICY lookups ON devices FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
CREATE POLICY lookups ON pairing_codes FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
CREATE POLICY lookups ON outbox FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
CREATE POLICY lookups ON tenants FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
GRANT SELECT (tenant, id, email) ON users TO eventpass_lookup;
--> statement-breakpoint
GRANT SELECT (tenant, id, user_id) ON sessions TO eventpass_lookup;
--> statement-breakpoint
GRANT SELECT (tenant, id, event) ON devices TO eventpass_lookup;
--> statement-breakpoint
GRANT SELECT (tenant, hash, event) ON pairing_codes TO eventpass_lookup;
--> statement-breakpoint
GRANT SELECT (tenant, id, published_ms) ON outbox TO eventpass_lookup;
--> statement-breakpoint
GRANT SELECT (id) ON tenants TO eventpass_lookup;
--> statement-breakpoint
CREATE FUNCTION lookup_user(wanted_email text) RETURNS TABLE (tenant uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT u.tenant, u.id FROM public.users u WHERE lower(u.email) = lower(wanted_email) $$;
--> statement-breakpoint
CREATE FUNCTION lookup_session(wanted_id bytea) RETURNS TABLE (tenant uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT s.tenant, s.user_id FROM public.sessions s WHERE s.id = wanted_id $$;
--> statement-breakpoint
CREATE FUNCTION lookup_device(wanted_id uuid) RETURNS TABLE (tenant uuid, event uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT d.tenant, d.event FROM public.devices d WHERE d.id = wanted_id $$;
--> statement-breakpoint
CREATE FUNCTION lookup_pairing_code(wanted_hash bytea) RETURNS TABLE (tenant uuid, event uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT p.tenant, p.event FROM public.pairing_codes p WHERE p.hash = wanted_hash $$;
--> statement-breakpoint
CREATE FUNCTION lookup_tenants_with_outbox(tenants_max integer) RETURNS TABLE (tenant uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT t.id FROM public.tenants t
      WHERE EXISTS (SELECT FROM public.outbox o WHERE o.tenant = t.id AND o.published_ms IS NULL)
      ORDER BY t.id LIMIT tenants_max $$;
--> statement-breakpoint
CREATE FUNCTION lookup_tenants(after_id uuid, tenants_max integer) RETURNS TABLE (tenant uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT t.id FROM public.tenants t WHERE after_id IS NULL OR t.id > after_id
      ORDER BY t.id LIMIT tenants_max $$;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO eventpass_lookup;
--> statement-breakpoint
DO $$
DECLARE
  lookup regprocedure;
BEGIN
  FOR lookup IN
    SELECT p.oid FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'lookup\_%'
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', lookup);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO eventpass_app', lookup);
    EXECUTE format('ALTER FUNCTION %s OWNER TO eventpass_lookup', lookup);
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM eventpass_lookup;
