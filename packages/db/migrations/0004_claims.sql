CREATE TABLE "claims" (
	"tenant" uuid NOT NULL,
	"device" uuid NOT NULL,
	"op" uuid NOT NULL,
	"event" uuid NOT NULL,
	"list" uuid NOT NULL,
	"gift" boolean NOT NULL,
	"invitee_no" integer,
	"authority" integer NOT NULL,
	"slot" integer,
	"seq" integer NOT NULL,
	"epoch" integer NOT NULL,
	"gate" uuid NOT NULL,
	"digest" "bytea" NOT NULL,
	"asked_hash" "bytea" NOT NULL,
	"outcome" text NOT NULL,
	"answer" jsonb NOT NULL,
	"at_ms" bigint NOT NULL,
	"settled_ms" bigint,
	"voided_ms" bigint,
	"voided_by" text,
	CONSTRAINT "claims_device_op_pk" PRIMARY KEY("device","op")
);
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "authority_no" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "authority_hub" uuid;--> statement-breakpoint
ALTER TABLE "gifts" ADD COLUMN "taken" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "claims_slot_key" ON "claims" USING btree ("event","list","invitee_no","authority","slot") WHERE "claims"."outcome" = 'accepted' and "claims"."voided_ms" is null and not "claims"."gift";--> statement-breakpoint
CREATE UNIQUE INDEX "claims_gift_key" ON "claims" USING btree ("event","list","invitee_no","authority") WHERE "claims"."outcome" = 'accepted' and "claims"."voided_ms" is null and "claims"."gift";--> statement-breakpoint
CREATE INDEX "claims_unsettled_idx" ON "claims" USING btree ("device","seq") WHERE "claims"."outcome" = 'accepted' and "claims"."settled_ms" is null and "claims"."voided_ms" is null;