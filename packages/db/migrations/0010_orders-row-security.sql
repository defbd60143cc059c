-- The policy and grants of these tables (TN1), as every table has them since `0001_row-security.sql`.
DO $$
DECLARE
  protected regclass;
BEGIN
  FOREACH protected IN ARRAY ARRAY['orders', 'order_invitees', 'notifications']::regclass[] LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', protected);
    EXECUTE format(
      'CREATE POLICY tenant_rows ON %s FOR ALL TO eventpass_app '
      'USING (tenant = (SELECT nullif(current_setting(''app.tenant'', true), '''')::uuid)) '
      'WITH CHECK (tenant = (SELECT nullif(current_setting(''app.tenant'', true), '''')::uuid))',
      protected);
  END LOOP;
END
$$;
--> statement-breakpoint
GRANT SELECT, INSERT ON orders, order_invitees, notifications TO eventpass_app;
--> statement-breakpoint
-- What was ordered stays as it was: only what became of it is written later.
GRANT UPDATE (state, settled_ms) ON orders TO eventpass_app;
--> statement-breakpoint
GRANT UPDATE (holds) ON order_invitees TO eventpass_app;
--> statement-breakpoint
-- How the sweep finds orders whose time is over before it knows a tenant: ids only.
CREATE POLICY lookups ON orders FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
GRANT SELECT (tenant, state, due_ms) ON orders TO eventpass_lookup;
--> statement-breakpoint
CREATE FUNCTION lookup_tenants_with_due_orders(now_ms bigint, after_id uuid, tenants_max integer)
RETURNS TABLE (tenant uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT t.id FROM public.tenants t
      WHERE (after_id IS NULL OR t.id > after_id) AND EXISTS (SELECT FROM public.orders o
        WHERE o.tenant = t.id AND o.state = 'created' AND o.due_ms <= now_ms)
      ORDER BY t.id LIMIT tenants_max $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION lookup_tenants_with_due_orders FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION lookup_tenants_with_due_orders TO eventpass_app;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO eventpass_lookup;
--> statement-breakpoint
ALTER FUNCTION lookup_tenants_with_due_orders OWNER TO eventpass_lookup;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM eventpass_lookup;
