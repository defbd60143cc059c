#!/bin/sh
# After a restore from backup, before the servers start again: gives central a new life, so that
# tablets send again what the backup lacks, and writes the restore into the log of every account, so
# that `eventpass audit verify` knows which rows went with the database before. Works on the Postgres in DATABASE_URL, else on the
# embedded database under DATA_DIR; the signed heads of the logs are those under DATA_DIR. Running it once too often only makes them send again.
set -eu
cd "$(dirname "$0")/../.."
[ -d node_modules ] || node infra/scripts/install.mjs
exec node --import tsx packages/db/src/renew-incarnation-main.ts
