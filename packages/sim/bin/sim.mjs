#!/usr/bin/env node
// @ts-check
import { spawnSync } from 'node:child_process'
import { buildSimulator } from './build.mjs'

const file = await buildSimulator('sim')
const args = ['--enable-source-maps', file, ...process.argv.slice(2)]
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1
