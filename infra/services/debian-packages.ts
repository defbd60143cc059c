import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../scripts/run-command.mjs'
import { tell } from './tell.ts'

// Packages start their services while they are installed; a machine that only runs tests wants none
// of that, so they are told not to unless the machine has a rule of its own.
const installScript = `
set -e
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
  trap 'rm -f "$guard"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$guard"
  chmod 755 "$guard"
fi
export DEBIAN_FRONTEND=noninteractive
# Lists that cannot be fetched now may still be good enough: the install decides.
apt-get -o DPkg::Lock::Timeout=300 update -q >&2 || true
apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends "$@" >&2
`

let lastInstall: Promise<void> = Promise.resolve()

/**
 * Installs Debian packages, as root or by sudo without a password; one call after the other, since
 * apt-get locks itself out. Throws a sentence that says what is missing where neither can be had.
 */
export function installPackages(names: readonly string[]): Promise<void> {
  const install = lastInstall.then(() => installNow(names))
  lastInstall = install.catch(() => undefined)
  return install
}

async function installNow(names: readonly string[]): Promise<void> {
  if (!(await isOnPath('apt-get'))) throw new Error('this machine has no apt-get')
  const isRoot = process.getuid?.() === 0
  if (
    !isRoot &&
    (await runCommand({ program: 'sudo', args: ['-n', 'true'], quiet: true })).code !== 0
  ) {
    throw new Error('installing Debian packages needs root, or sudo without a password')
  }
  tell(`Installing Debian's ${names.join(', ')}.`)
  const shell = ['/bin/sh', '-c', installScript, 'install', ...names]
  const [program = '', ...args] = isRoot ? shell : ['sudo', '-n', ...shell]
  const { code } = await runCommand({ program, args })
  if (code !== 0) throw new Error(`apt-get install ${names.join(' ')} ended with code ${code}`)
}

/** Whether a program of this name can be run. */
export async function isOnPath(program: string): Promise<boolean> {
  const found = { program: 'sh', args: ['-c', 'command -v "$1"', 'which', program], quiet: true }
  return (await runCommand(found)).code === 0
}

/** The newest folder `<base>/<one folder>/<rest>` that holds the program, such as Postgres' own bin. */
export function newestFolderWith(base: string, rest: string, program: string): string | null {
  if (!existsSync(base)) return null
  const folders = readdirSync(base)
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(base, name, rest))
  return folders.find((folder) => existsSync(join(folder, program))) ?? null
}
