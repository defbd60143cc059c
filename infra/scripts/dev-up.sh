#!/bin/sh
# Finds or starts Postgres, Redis, RabbitMQ and Chromium, each in a corner of this run's own, and
# writes where they are as KEY=VALUE lines to stdout. dev-down.sh takes it all away again.
set -eu
cd "$(dirname "$0")/../.."
[ -d node_modules ] || node infra/scripts/install.mjs >&2
exec node --import tsx infra/services/main.ts up "$@"
