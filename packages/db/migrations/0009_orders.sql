CREATE TABLE "notifications" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" uuid NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "notifications_tenant_id_pk" PRIMARY KEY("tenant","id")
);
--> statement-breakpoint
CREATE TABLE "order_invitees" (
	"tenant" uuid NOT NULL,
	"order" uuid NOT NULL,
	"event" uuid NOT NULL,
	"invitee_no" integer NOT NULL,
	"holds" boolean NOT NULL,
	CONSTRAINT "order_invitees_tenant_order_invitee_no_pk" PRIMARY KEY("tenant","order","invitee_no")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"reference" text,
	"state" text NOT NULL,
	"created_ms" bigint NOT NULL,
	"due_ms" bigint NOT NULL,
	"settled_ms" bigint,
	CONSTRAINT "orders_tenant_id_pk" PRIMARY KEY("tenant","id")
);
--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_invitees" ADD CONSTRAINT "order_invitees_tenant_order_orders_tenant_id_fk" FOREIGN KEY ("tenant","order") REFERENCES "public"."orders"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notifications_event_idx" ON "notifications" USING btree ("event","at_ms");--> statement-breakpoint
CREATE UNIQUE INDEX "order_invitees_held_key" ON "order_invitees" USING btree ("event","invitee_no") WHERE "order_invitees"."holds";--> statement-breakpoint
CREATE INDEX "orders_due_idx" ON "orders" USING btree ("tenant","due_ms") WHERE "orders"."state" = 'created';--> statement-breakpoint
CREATE INDEX "orders_event_idx" ON "orders" USING btree ("event","created_ms","id");