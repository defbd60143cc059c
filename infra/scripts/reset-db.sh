#!/bin/sh
# Empties the database in DATABASE_URL and lays its schema anew; without DATABASE_URL, removes the
# embedded database under DATA_DIR. Everything in it is lost: without --yes it only says what it would do.
set -eu
cd "$(dirname "$0")/../.."
[ -d node_modules ] || node infra/scripts/install.mjs
node --import tsx infra/services/reset-database.ts "$@"
if [ -n "${DATABASE_URL:-}" ]; then
  exec infra/scripts/migrate.sh
fi
