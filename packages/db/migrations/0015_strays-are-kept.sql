ALTER TABLE "quarantined_pushes" DROP CONSTRAINT "quarantined_pushes_tenant_device_devices_tenant_id_fk";
--> statement-breakpoint
-- A push of a device that nobody paired names its event at most: whose it is, ids only.
CREATE POLICY lookups ON events FOR SELECT TO eventpass_lookup USING (true);
--> statement-breakpoint
GRANT SELECT (id, tenant) ON events TO eventpass_lookup;
--> statement-breakpoint
CREATE FUNCTION lookup_event(wanted_id uuid) RETURNS TABLE (tenant uuid, event uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT e.tenant, e.id FROM public.events e WHERE e.id = wanted_id $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION lookup_event FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION lookup_event TO eventpass_app;
--> statement-breakpoint
GRANT CREATE ON SCHEMA public TO eventpass_lookup;
--> statement-breakpoint
ALTER FUNCTION lookup_event OWNER TO eventpass_lookup;
--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM eventpass_lookup;
