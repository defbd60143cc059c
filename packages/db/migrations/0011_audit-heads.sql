CREATE TABLE "audit_heads" (
	"tenant" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"bytes" text NOT NULL,
	"signature" text NOT NULL,
	CONSTRAINT "audit_heads_tenant_seq_pk" PRIMARY KEY("tenant","seq")
);
