CREATE TABLE "sessions" (
	"tenant" uuid NOT NULL,
	"id" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"expires_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"tenant" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"created_ms" bigint NOT NULL,
	CONSTRAINT "users_tenant_id_key" UNIQUE("tenant","id")
);
--> statement-breakpoint
CREATE TABLE "challenges" (
	"tenant" uuid NOT NULL,
	"nonce_hash" "bytea" PRIMARY KEY NOT NULL,
	"device" uuid NOT NULL,
	"node" text NOT NULL,
	"ti_ms" bigint NOT NULL,
	"used_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"tenant" uuid NOT NULL,
	"event" uuid NOT NULL,
	"device" uuid NOT NULL,
	"node" text NOT NULL,
	"epoch" integer NOT NULL,
	"head_seq" integer NOT NULL,
	"place" text NOT NULL,
	"head_hash" "bytea" NOT NULL,
	"mono_ms" bigint NOT NULL,
	"wall_ms" bigint NOT NULL,
	"ti_ms" bigint NOT NULL,
	"tr_ms" bigint NOT NULL,
	CONSTRAINT "contacts_device_epoch_head_seq_node_place_pk" PRIMARY KEY("device","epoch","head_seq","node","place")
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"tenant" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"event" uuid NOT NULL,
	"no" integer NOT NULL,
	"label" text NOT NULL,
	"role" text NOT NULL,
	"list" uuid NOT NULL,
	"gate" uuid NOT NULL,
	"sign_key" "bytea" NOT NULL,
	"wrap_key" "bytea" NOT NULL,
	"state" text NOT NULL,
	"through_seq" integer DEFAULT 0 NOT NULL,
	"through_hash" "bytea" NOT NULL,
	"retired_head_seq" integer,
	"fork_seq" integer,
	"poll_hash" "bytea",
	"words" jsonb NOT NULL,
	"app_version" text,
	"created_ms" bigint NOT NULL,
	"waits_until_ms" bigint,
	"paired_ms" bigint,
	"last_contact_ms" bigint,
	CONSTRAINT "devices_tenant_id_key" UNIQUE("tenant","id"),
	CONSTRAINT "devices_event_no_key" UNIQUE("event","no")
);
--> statement-breakpoint
CREATE TABLE "pairing_codes" (
	"tenant" uuid NOT NULL,
	"hash" "bytea" PRIMARY KEY NOT NULL,
	"event" uuid NOT NULL,
	"list" uuid NOT NULL,
	"gate" uuid NOT NULL,
	"role" text NOT NULL,
	"expires_ms" bigint NOT NULL,
	"used_ms" bigint,
	"created_by" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quarantined_pushes" (
	"tenant" uuid NOT NULL,
	"id" bigserial PRIMARY KEY NOT NULL,
	"event" uuid NOT NULL,
	"device" uuid NOT NULL,
	"bytes" text NOT NULL,
	"reason" text NOT NULL,
	"received_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "categories" (
	"tenant" uuid NOT NULL,
	"event" uuid NOT NULL,
	"idx" integer NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "categories_event_idx_pk" PRIMARY KEY("event","idx"),
	CONSTRAINT "categories_event_name_key" UNIQUE("event","name")
);
--> statement-breakpoint
CREATE TABLE "event_keys" (
	"tenant" uuid NOT NULL,
	"event" uuid NOT NULL,
	"kid" smallint NOT NULL,
	"created_ms" bigint NOT NULL,
	"retired_ms" bigint,
	CONSTRAINT "event_keys_event_kid_pk" PRIMARY KEY("event","kid")
);
--> statement-breakpoint
CREATE TABLE "event_revisions" (
	"tenant" uuid NOT NULL,
	"event" uuid PRIMARY KEY NOT NULL,
	"manifest_revision" bigint DEFAULT 0 NOT NULL,
	"frame_revision" bigint DEFAULT 0 NOT NULL,
	"rulings_revision" bigint DEFAULT 0 NOT NULL,
	"invitee_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"tenant" uuid NOT NULL,
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"starts_ms" bigint NOT NULL,
	"ends_ms" bigint NOT NULL,
	"policy" jsonb NOT NULL,
	"signing_kid" smallint NOT NULL,
	"tag" "bytea" NOT NULL,
	"pin_hash" text,
	"lease_ms" bigint,
	"created_ms" bigint NOT NULL,
	"closed_ms" bigint,
	CONSTRAINT "events_tenant_id_key" UNIQUE("tenant","id"),
	CONSTRAINT "events_tenant_tag_key" UNIQUE("tenant","tag")
);
--> statement-breakpoint
CREATE TABLE "gates" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"name" text NOT NULL,
	"created_ms" bigint NOT NULL,
	CONSTRAINT "gates_tenant_id_pk" PRIMARY KEY("tenant","id"),
	CONSTRAINT "gates_event_name_key" UNIQUE("event","name")
);
--> statement-breakpoint
CREATE TABLE "lists" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"name" text NOT NULL,
	"config" jsonb NOT NULL,
	"created_ms" bigint NOT NULL,
	CONSTRAINT "lists_tenant_id_pk" PRIMARY KEY("tenant","id"),
	CONSTRAINT "lists_event_name_key" UNIQUE("event","name")
);
--> statement-breakpoint
CREATE TABLE "gift_logs" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"gift" uuid NOT NULL,
	"invitee_no" integer NOT NULL,
	"scan_id" uuid,
	"device" uuid,
	"at_ms" bigint NOT NULL,
	"voided_ms" bigint,
	CONSTRAINT "gift_logs_tenant_id_pk" PRIMARY KEY("tenant","id")
);
--> statement-breakpoint
CREATE TABLE "gifts" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"name" text NOT NULL,
	"stock" integer,
	"categories" jsonb,
	"created_ms" bigint NOT NULL,
	CONSTRAINT "gifts_tenant_id_pk" PRIMARY KEY("tenant","id"),
	CONSTRAINT "gifts_event_name_key" UNIQUE("event","name")
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"list" uuid,
	"invitee_no" integer,
	"device" uuid,
	"scans" jsonb NOT NULL,
	"order_uncertain" boolean NOT NULL,
	"opened_ms" bigint NOT NULL,
	"resolution" jsonb,
	CONSTRAINT "incidents_tenant_id_pk" PRIMARY KEY("tenant","id"),
	CONSTRAINT "incidents_event_key_key" UNIQUE("event","key")
);
--> statement-breakpoint
CREATE TABLE "admissions" (
	"tenant" uuid NOT NULL,
	"event" uuid NOT NULL,
	"list" uuid NOT NULL,
	"invitee_no" integer NOT NULL,
	"inside" boolean DEFAULT false NOT NULL,
	"people" integer DEFAULT 0 NOT NULL,
	"first_ms" bigint,
	"dirty_ms" bigint,
	"reconciled_ms" bigint,
	CONSTRAINT "admissions_tenant_list_invitee_no_pk" PRIMARY KEY("tenant","list","invitee_no")
);
--> statement-breakpoint
CREATE TABLE "audit_logs" (
	"tenant" uuid NOT NULL,
	"id" bigserial PRIMARY KEY NOT NULL,
	"at_ms" bigint NOT NULL,
	"who" text NOT NULL,
	"action" text NOT NULL,
	"event" uuid,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"before_hash" "bytea",
	"after_hash" "bytea",
	"request_id" text NOT NULL,
	"seq" bigint,
	"chain" "bytea",
	CONSTRAINT "audit_logs_seq_key" UNIQUE("tenant","seq")
);
--> statement-breakpoint
CREATE TABLE "consumed" (
	"tenant" uuid NOT NULL,
	"consumer" text NOT NULL,
	"message_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "consumed_tenant_consumer_message_id_pk" PRIMARY KEY("tenant","consumer","message_id")
);
--> statement-breakpoint
CREATE TABLE "import_rows" (
	"tenant" uuid NOT NULL,
	"import" uuid NOT NULL,
	"at" integer NOT NULL,
	"row" integer NOT NULL,
	"party_place" integer NOT NULL,
	"party_size" integer NOT NULL,
	"name" text NOT NULL,
	"fold" text NOT NULL,
	"email" text,
	"phone" text,
	"phone_key" text NOT NULL,
	"keep_phone" boolean NOT NULL,
	"category" text,
	"external_id" text,
	"notice" text,
	CONSTRAINT "import_rows_tenant_import_at_pk" PRIMARY KEY("tenant","import","at")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"file_name" text NOT NULL,
	"findings" jsonb NOT NULL,
	"created_by" uuid NOT NULL,
	"created_ms" bigint NOT NULL,
	"staged_ms" bigint,
	"committed_ms" bigint,
	CONSTRAINT "imports_tenant_id_pk" PRIMARY KEY("tenant","id")
);
--> statement-breakpoint
CREATE TABLE "invitees" (
	"tenant" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"no" integer NOT NULL,
	"name" text NOT NULL,
	"fold" text NOT NULL,
	"email" text,
	"phone" text,
	"phone_key" text DEFAULT '' NOT NULL,
	"category" integer,
	"external_id" text,
	"party" integer,
	"party_place" integer DEFAULT 1 NOT NULL,
	"blocked" boolean DEFAULT false NOT NULL,
	"notice" text,
	"state" text DEFAULT 'pending' NOT NULL,
	"revision" bigint NOT NULL,
	"erased_ms" bigint,
	CONSTRAINT "invitees_tenant_id_pk" PRIMARY KEY("tenant","id"),
	CONSTRAINT "invitees_event_no_key" UNIQUE("event","no")
);
--> statement-breakpoint
CREATE TABLE "node_state" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"incarnation" uuid NOT NULL,
	"node" text NOT NULL,
	"created_ms" bigint NOT NULL,
	CONSTRAINT "node_state_singleton" CHECK ("node_state"."singleton")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"tenant" uuid NOT NULL,
	"id" bigserial PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"key" jsonb NOT NULL,
	"created_ms" bigint NOT NULL,
	"published_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "rulings" (
	"tenant" uuid NOT NULL,
	"scan_hash" "bytea" NOT NULL,
	"scan_id" uuid NOT NULL,
	"event" uuid NOT NULL,
	"list" uuid NOT NULL,
	"invitee_no" integer NOT NULL,
	"kind" text NOT NULL,
	"by" uuid,
	"estimate_ms" bigint NOT NULL,
	"lo_ms" bigint,
	"hi_ms" bigint,
	"quarantined" boolean NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "rulings_tenant_scan_hash_pk" PRIMARY KEY("tenant","scan_hash")
);
--> statement-breakpoint
CREATE TABLE "scan_texts" (
	"tenant" uuid NOT NULL,
	"scan_hash" "bytea" NOT NULL,
	"field" text NOT NULL,
	"salt" text NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "scan_texts_tenant_scan_hash_field_pk" PRIMARY KEY("tenant","scan_hash","field")
);
--> statement-breakpoint
CREATE TABLE "scans" (
	"tenant" uuid NOT NULL,
	"device" uuid NOT NULL,
	"seq" integer NOT NULL,
	"hash" "bytea" NOT NULL,
	"prev" "bytea" NOT NULL,
	"bytes" text NOT NULL,
	"event" uuid NOT NULL,
	"id" uuid,
	"epoch" integer,
	"mono_ms" bigint,
	"wall_ms" bigint,
	"list" uuid,
	"gate" uuid,
	"act" text,
	"input" text,
	"role" text,
	"digest" "bytea",
	"verdict" text,
	"reason" text,
	"tier" text,
	"forced" boolean,
	"force_sent" boolean,
	"answers" uuid,
	"target" uuid,
	"revision" bigint,
	"invitee_no" integer,
	"branch" text DEFAULT '' NOT NULL,
	"quarantine" text,
	"connected" boolean DEFAULT true NOT NULL,
	"received_ms" bigint NOT NULL,
	CONSTRAINT "scans_device_seq_hash_pk" PRIMARY KEY("device","seq","hash")
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"tenant" uuid NOT NULL,
	"event" uuid NOT NULL,
	"revision" bigint NOT NULL,
	"format" integer NOT NULL,
	"meta" jsonb NOT NULL,
	"path" text NOT NULL,
	"built_ms" bigint NOT NULL,
	CONSTRAINT "snapshots_event_revision_format_pk" PRIMARY KEY("event","revision","format")
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"tenant" uuid NOT NULL,
	"id" "bytea" NOT NULL,
	"event" uuid NOT NULL,
	"invitee" uuid NOT NULL,
	"kid" smallint NOT NULL,
	"generation" integer NOT NULL,
	"digest" "bytea" NOT NULL,
	"state" text NOT NULL,
	"state_ms" bigint,
	"valid_from_ms" bigint,
	"valid_until_ms" bigint,
	"revision" bigint NOT NULL,
	CONSTRAINT "tickets_tenant_id_pk" PRIMARY KEY("tenant","id"),
	CONSTRAINT "tickets_event_digest_key" UNIQUE("event","digest")
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"tenant" uuid NOT NULL,
	"event" uuid NOT NULL,
	"digest" "bytea" NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "tombstones_event_digest_pk" PRIMARY KEY("event","digest")
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_tenant_user_id_users_tenant_id_fk" FOREIGN KEY ("tenant","user_id") REFERENCES "public"."users"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_tenant_tenants_id_fk" FOREIGN KEY ("tenant") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "challenges" ADD CONSTRAINT "challenges_tenant_device_devices_tenant_id_fk" FOREIGN KEY ("tenant","device") REFERENCES "public"."devices"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_tenant_device_devices_tenant_id_fk" FOREIGN KEY ("tenant","device") REFERENCES "public"."devices"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_tenant_list_lists_tenant_id_fk" FOREIGN KEY ("tenant","list") REFERENCES "public"."lists"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_tenant_gate_gates_tenant_id_fk" FOREIGN KEY ("tenant","gate") REFERENCES "public"."gates"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pairing_codes" ADD CONSTRAINT "pairing_codes_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pairing_codes" ADD CONSTRAINT "pairing_codes_tenant_list_lists_tenant_id_fk" FOREIGN KEY ("tenant","list") REFERENCES "public"."lists"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pairing_codes" ADD CONSTRAINT "pairing_codes_tenant_gate_gates_tenant_id_fk" FOREIGN KEY ("tenant","gate") REFERENCES "public"."gates"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quarantined_pushes" ADD CONSTRAINT "quarantined_pushes_tenant_device_devices_tenant_id_fk" FOREIGN KEY ("tenant","device") REFERENCES "public"."devices"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_keys" ADD CONSTRAINT "event_keys_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_revisions" ADD CONSTRAINT "event_revisions_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_tenant_tenants_id_fk" FOREIGN KEY ("tenant") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gates" ADD CONSTRAINT "gates_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lists" ADD CONSTRAINT "lists_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gift_logs" ADD CONSTRAINT "gift_logs_tenant_gift_gifts_tenant_id_fk" FOREIGN KEY ("tenant","gift") REFERENCES "public"."gifts"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incidents" ADD CONSTRAINT "incidents_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitees" ADD CONSTRAINT "invitees_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_tenant_invitee_invitees_tenant_id_fk" FOREIGN KEY ("tenant","invitee") REFERENCES "public"."invitees"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_tenant_event_events_tenant_id_fk" FOREIGN KEY ("tenant","event") REFERENCES "public"."events"("tenant","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sessions_user_idx" ON "sessions" USING btree ("tenant","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "challenges_device_idx" ON "challenges" USING btree ("tenant","device");--> statement-breakpoint
CREATE INDEX "contacts_event_idx" ON "contacts" USING btree ("tenant","event");--> statement-breakpoint
CREATE INDEX "quarantined_pushes_device_idx" ON "quarantined_pushes" USING btree ("tenant","device");--> statement-breakpoint
CREATE INDEX "gift_logs_gift_idx" ON "gift_logs" USING btree ("event","gift","invitee_no");--> statement-breakpoint
CREATE INDEX "incidents_key_idx" ON "incidents" USING btree ("event","list","invitee_no");--> statement-breakpoint
CREATE INDEX "incidents_status_idx" ON "incidents" USING btree ("event","status");--> statement-breakpoint
CREATE INDEX "admissions_event_idx" ON "admissions" USING btree ("event","invitee_no");--> statement-breakpoint
CREATE INDEX "admissions_dirty_idx" ON "admissions" USING btree ("tenant","dirty_ms") WHERE "admissions"."dirty_ms" is not null;--> statement-breakpoint
CREATE INDEX "audit_logs_unsequenced_idx" ON "audit_logs" USING btree ("tenant","id") WHERE "audit_logs"."seq" is null;--> statement-breakpoint
CREATE INDEX "audit_logs_subject_idx" ON "audit_logs" USING btree ("tenant","subject_kind","subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invitees_external_key" ON "invitees" USING btree ("event","external_id","party_place") WHERE "invitees"."external_id" is not null;--> statement-breakpoint
CREATE INDEX "outbox_unpublished_idx" ON "outbox" USING btree ("tenant","id") WHERE "outbox"."published_ms" is null;--> statement-breakpoint
CREATE INDEX "rulings_revision_idx" ON "rulings" USING btree ("event","revision");--> statement-breakpoint
CREATE INDEX "rulings_key_idx" ON "rulings" USING btree ("event","list","invitee_no");--> statement-breakpoint
CREATE INDEX "scans_event_device_idx" ON "scans" USING btree ("event","device","seq");--> statement-breakpoint
CREATE INDEX "scans_event_id_idx" ON "scans" USING btree ("event","id");--> statement-breakpoint
CREATE INDEX "scans_key_idx" ON "scans" USING btree ("event","list","invitee_no") WHERE "scans"."invitee_no" is not null;--> statement-breakpoint
CREATE INDEX "scans_unresolved_idx" ON "scans" USING btree ("event","digest") WHERE "scans"."invitee_no" is null and "scans"."digest" is not null;--> statement-breakpoint
CREATE INDEX "tickets_revision_idx" ON "tickets" USING btree ("event","revision");--> statement-breakpoint
CREATE INDEX "tickets_invitee_idx" ON "tickets" USING btree ("tenant","invitee");--> statement-breakpoint
CREATE INDEX "tombstones_revision_idx" ON "tombstones" USING btree ("event","revision");