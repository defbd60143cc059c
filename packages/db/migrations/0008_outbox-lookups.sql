-- How relays find work before they know a tenant (TN1): ids only, a page behind `after_id`.
GRANT SELECT (tenant, id, published_ms, delay_ms, parked_ms) ON outbox TO eventpass_lookup;
--> statement-breakpoint
DROP FUNCTION lookup_tenants_with_outbox(integer);
--> statement-breakpoint
CREATE FUNCTION lookup_tenants_with_outbox(after_id uuid, tenants_max integer) RETURNS TABLE (tenant uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT t.id FROM public.tenants t
      WHERE (after_id IS NULL OR t.id > after_id) AND EXISTS (SELECT FROM public.outbox o
        WHERE o.tenant = t.id AND o.published_ms IS NULL AND o.parked_ms IS NULL)
      ORDER BY t.id LIMIT tenants_max $$;
--> statement-breakpoint
-- Rows that the broker took before that time and that had no effect since.
CREATE FUNCTION lookup_tenants_with_stale_outbox(before_ms bigint, after_id uuid, tenants_max integer)
RETURNS TABLE (tenant uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT t.id FROM public.tenants t
      WHERE (after_id IS NULL OR t.id > after_id) AND EXISTS (SELECT FROM public.outbox o
        WHERE o.tenant = t.id AND o.published_ms + o.delay_ms <= before_ms AND o.parked_ms IS NULL)
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
    WHERE p.pronamespace = 'public'::regnamespace
      AND p.proname IN ('lookup_tenants_with_outbox', 'lookup_tenants_with_stale_outbox')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', lookup);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO eventpass_app', lookup);
    EXECUTE format('ALTER FUNCTION %s OWNER TO eventpass_lookup', lookup);
  END LOOP;
END
$$;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM eventpass_lookup;
