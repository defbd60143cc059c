#!/usr/bin/env node
import { loadCli } from './load-cli.mjs'

await loadCli()
