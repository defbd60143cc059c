ALTER TABLE "gifts" DROP CONSTRAINT "gifts_event_name_key";--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_tenant_id_lists_tenant_id_fk" FOREIGN KEY ("tenant","id") REFERENCES "public"."lists"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gift_logs" DROP COLUMN "scan_id";--> statement-breakpoint
ALTER TABLE "gifts" DROP COLUMN "name";--> statement-breakpoint
ALTER TABLE "gifts" DROP COLUMN "categories";