DROP INDEX "scans_event_device_idx";--> statement-breakpoint
ALTER TABLE "invitees" DROP COLUMN "state";