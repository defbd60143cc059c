#!/bin/sh
# Brings the schema of the Postgres database in DATABASE_URL up to date. Forward only; safe to
# repeat, and safe from several machines at once. The embedded database is migrated at every start.
set -eu
cd "$(dirname "$0")/../.."
[ -d node_modules ] || node infra/scripts/install.mjs
exec node --import tsx packages/db/src/migrate-main.ts
