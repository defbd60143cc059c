import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { chromium } from '@playwright/test'
import { runCommand } from '../scripts/run-command.mjs'
import { installPackages } from './debian-packages.ts'
import type { Found } from './service.ts'
import { reasonOf, tell } from './tell.ts'

const usualNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const

/**
 * Finds a Chromium that runs: the one the environment names, else an installed one, else Debian's
 * package, else the one that Playwright fetches. Throws with all reasons where none can be had.
 */
export async function findChromium(named: string | undefined): Promise<Found> {
  const reasons: string[] = []
  for (const candidate of named ? [named, ...usualNames] : usualNames) {
    const path = await runnable(candidate)
    if (path) return { env: { CHROMIUM_PATH: path }, where: path }
    if (candidate === named) reasons.push(`CHROMIUM_PATH=${named} does not run`)
  }
  for (const bring of [fromDebian, fromPlaywright]) {
    try {
      const path = await bring()
      return { env: { CHROMIUM_PATH: path }, where: path }
    } catch (fault) {
      reasons.push(reasonOf(fault))
    }
  }
  throw new Error(`${reasons.join('; ')}. Install Chromium or name one in CHROMIUM_PATH`)
}

async function fromDebian(): Promise<string> {
  await installPackages(['chromium'])
  const path = await runnable('chromium')
  if (!path) throw new Error("Debian's chromium does not run")
  return path
}

async function fromPlaywright(): Promise<string> {
  tell('Fetching the Chromium that Playwright brings.')
  const require = createRequire(import.meta.url)
  const cli = join(dirname(require.resolve('@playwright/test/package.json')), 'cli.js')
  const install = { program: process.execPath, args: [cli, 'install', 'chromium'], capture: true }
  if ((await runCommand(install)).code !== 0) throw new Error('Playwright could not fetch its own')
  const path = await runnable(chromium.executablePath())
  if (!path) throw new Error("Playwright's own Chromium does not run")
  return path
}

/** The full path of a program that answers `--version` (a snap's empty shell does not), or null. */
async function runnable(program: string): Promise<string | null> {
  const find = { program: 'sh', args: ['-c', 'command -v "$1"', 'which', program], quiet: true }
  const { code, output } = await runCommand(find)
  const path = output.trim()
  if (code !== 0 || path === '') return null
  return (await runCommand({ program: path, args: ['--version'], quiet: true })).code === 0
    ? path
    : null
}
