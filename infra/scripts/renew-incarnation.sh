#!/bin/sh
# After a restore from backup, before the servers start again: gives central a new life, so that
# tablets send again what the backup lacks. Works on the Postgres in DATABASE_URL, else on the
# embedded database under DATA_DIR. Running it once too often only makes them send again.
set -eu
cd "$(dirname "$0")/../.."
[ -d node_modules ] || node infra/scripts/install.mjs
exec node --import tsx packages/db/src/renew-incarnation-main.ts
