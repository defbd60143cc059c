DROP INDEX "admissions_dirty_idx";--> statement-breakpoint
ALTER TABLE "admissions" DROP COLUMN "dirty_ms";--> statement-breakpoint
-- Half of a page stays free for what reconcile writes into the rows that it has just locked by inserting.
ALTER TABLE "admissions" SET (fillfactor = 50);
