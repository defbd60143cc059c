#!/usr/bin/env node
// @ts-check
import { spawn } from 'node:child_process'
import { buildSimulator } from './build.mjs'
import { mutants } from './mutants-list.mjs'
import { readVerdict } from './read-verdict.mjs'

/** Within so many seeds a breakage must be noticed. */
const seedsMax = 200

const [only] = process.argv.slice(2)
const chosen = mutants.filter(({ name }) => only === undefined || name.includes(only))
if (chosen.length === 0) {
  process.stderr.write(`No breakage is named like "${only}".\n`)
  process.exit(2)
}
const checks = [...new Set(mutants.flatMap(({ by }) => by))]
const bad = [
  ...(only === undefined ? [await control(checks)] : []),
  ...(await inTurn(chosen, hunt)),
].filter((isBad) => isBad).length
process.stdout.write(bad === 0 ? 'All as they should be.\n' : `${bad} not as they should be.\n`)
process.exitCode = bad === 0 ? 0 : 1

/** What is not broken must pass, or a catch says nothing. */
async function control(/** @type {readonly string[]} */ by) {
  const verdict = await run('control', [], by)
  const isBad = verdict.kind !== 'survived' || verdict.otherwise > 0
  tell('nothing is broken', isBad ? `BAD: ${verdict.told}` : `no seed of ${seedsMax} fails`)
  return isBad
}

/** Breaks one thing and answers whether that went unnoticed, or proved nothing. */
async function hunt(/** @type {import('./mutants-list.mjs').Mutant} */ { name, patches, by }) {
  const no = mutants.findIndex((one) => one.name === name)
  const verdict = await run(`mutant-${no}`, patches, by)
  tell(name, verdict.told)
  return verdict.kind !== 'caught'
}

/**
 * @param {string} name
 * @param {readonly import('./build.mjs').Patch[]} patches
 * @param {readonly string[]} by
 */
async function run(name, patches, by) {
  const file = await buildSimulator(name, patches).catch((fault) => String(fault.message))
  if (!file.endsWith('.mjs')) return { kind: 'unfit', otherwise: 0, told: `DOES NOT FIT: ${file}` }
  const args = [file, '--until', by.join(','), '--seeds', String(seedsMax)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  /** @type {number | null} */
  const code = await new Promise((resolve) => child.on('close', resolve))
  return readVerdict(output, code)
}

/**
 * @template One
 * @param {readonly One[]} of
 * @param {(one: One) => Promise<boolean>} work
 */
async function inTurn(of, work) {
  const done = []
  for (const one of of) done.push(await work(one))
  return done
}

function tell(/** @type {string} */ name, /** @type {string} */ told) {
  process.stdout.write(`${name.padEnd(64)} ${told}\n`)
}
