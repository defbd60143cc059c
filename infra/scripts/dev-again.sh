#!/bin/sh
# Starts a server of a run's own again, in its folder and at its address, after a test has ended it.
set -eu
cd "$(dirname "$0")/../.."
exec node --import tsx infra/services/main.ts again "$@"
