-- Which tenants have rows for a person (TN1): ids only, a page behind `after_id`.
CREATE FUNCTION lookup_tenants_with_parked_outbox(after_id uuid, tenants_max integer) RETURNS TABLE (tenant uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT DISTINCT o.tenant FROM public.outbox o
      WHERE o.parked_ms IS NOT NULL AND (after_id IS NULL OR o.tenant > after_id)
      ORDER BY o.tenant LIMIT tenants_max $$;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO eventpass_lookup;
--> statement-breakpoint
REVOKE ALL ON FUNCTION lookup_tenants_with_parked_outbox(uuid, integer) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION lookup_tenants_with_parked_outbox(uuid, integer) TO eventpass_app;
--> statement-breakpoint
ALTER FUNCTION lookup_tenants_with_parked_outbox(uuid, integer) OWNER TO eventpass_lookup;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM eventpass_lookup;
