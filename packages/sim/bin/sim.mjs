#!/usr/bin/env node
// @ts-check
import { pathToFileURL } from 'node:url'
import { buildSimulator } from './build.mjs'

process.setSourceMapsEnabled(true)
const { main } = await import(pathToFileURL(await buildSimulator('sim')).href)
process.exitCode = await main(process.argv.slice(2))
