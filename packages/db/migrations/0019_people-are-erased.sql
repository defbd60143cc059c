ALTER TABLE "devices" ADD COLUMN "held_revision" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "invitees_erased_idx" ON "invitees" USING btree ("event","revision") WHERE "invitees"."erased_ms" is not null;--> statement-breakpoint
-- What an order is called may be the name of somebody whom erasure takes out of it.
GRANT UPDATE (reference) ON orders TO eventpass_app;
