ALTER TABLE "import_rows" ADD COLUMN "keep_email" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "import_rows" ADD COLUMN "invitee" uuid;--> statement-breakpoint
ALTER TABLE "import_rows" ADD COLUMN "no" integer;--> statement-breakpoint
ALTER TABLE "import_rows" ADD COLUMN "ticket" "bytea";--> statement-breakpoint
ALTER TABLE "import_rows" ADD COLUMN "digest" "bytea";