ALTER TABLE "consumed" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP TABLE "consumed" CASCADE;--> statement-breakpoint
DROP INDEX "outbox_unpublished_idx";--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "delay_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "publications" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "parked_ms" bigint;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "parked_cause" text;--> statement-breakpoint
CREATE INDEX "outbox_waiting_idx" ON "outbox" USING btree ("tenant","id") WHERE "outbox"."published_ms" is null and "outbox"."parked_ms" is null;