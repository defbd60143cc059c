#!/bin/sh
# Takes away what dev-up.sh has made: one run by its name, or every run that no test owns.
set -eu
cd "$(dirname "$0")/../.."
exec node --import tsx infra/services/main.ts down "$@"
