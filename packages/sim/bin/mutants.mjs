#!/usr/bin/env node
// @ts-check
import { spawn } from 'node:child_process'
import { buildSimulator } from './build.mjs'
import { mutants } from './mutants-list.mjs'

/** Within so many seeds a breakage must be noticed. */
const seedsMax = 200

const [only] = process.argv.slice(2)
const chosen = mutants.filter(({ name }) => only === undefined || name.includes(only))
let survived = 0
for (const mutant of chosen) {
  const found = await hunt(mutant)
  if (found === null) survived += 1
  const told = found === null ? `SURVIVED ${seedsMax} seeds` : `seed ${found}`
  process.stdout.write(`${mutant.name.padEnd(60)} ${told}\n`)
}
process.stdout.write(`${chosen.length - survived} caught, ${survived} survived\n`)
process.exitCode = survived > 0 || chosen.length === 0 ? 1 : 0

/**
 * The first seed that one of the expected checks failed, and which; null where none did.
 *
 * @param {import('./mutants-list.mjs').Mutant} mutant
 * @returns {Promise<string | null>}
 */
async function hunt({ name, patches, by }) {
  const no = mutants.findIndex((one) => one.name === name)
  const file = await buildSimulator(`mutant-${no}`, patches)
  const args = [file, '--until', by.join(','), '--seeds', String(seedsMax)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  await new Promise((resolve) => child.on('close', resolve))
  return /^seed (\d+: \w+)/m.exec(output)?.[1] ?? null
}
