// @ts-check
import { spawn } from 'node:child_process'

/**
 * @typedef {object} Command
 * @property {string} program the executable, or a shell line when `shell` is set
 * @property {readonly string[]} [args]
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [shell]
 * @property {{ readonly uid: number, readonly gid: number } | null} [user] whom to run it as, where we are root
 * @property {boolean} [quiet] shows nothing
 * @property {boolean} [capture] hands what it writes to stdout back instead of showing it
 *
 * @typedef {object} Outcome
 * @property {number} code the exit code; 128 + the number of the signal that ended it, 127 where it could not start
 * @property {string} output what it wrote to stdout, only where `quiet` or `capture` was asked for
 */

const stopGraceMs = 15_000
const parentPollMs = 500
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 }

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/** Tells the person in one sentence what is being done, apart from what the tools print. */
export function say(/** @type {string} */ sentence) {
  console.log(`\n• ${sentence}`)
}

/**
 * Runs a command to its end in a process group of its own, so that `stopCommands` reaches whatever
 * it started too. Never throws: a command that cannot start ends with code 127.
 *
 * @param {Command} command
 * @returns {Promise<Outcome>}
 */
export function runCommand(command) {
  const { program, args = [], cwd, env, shell = false, user = null } = command
  const { quiet = false, capture = quiet } = command
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {
      cwd,
      env: env ?? process.env,
      shell,
      detached: true,
      stdio: ['ignore', capture ? 'pipe' : 'inherit', quiet ? 'ignore' : 'inherit'],
      ...user,
    })
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += String(chunk)
    })
    running.add(child)
    child.on('error', (error) => {
      running.delete(child)
      if (!quiet) console.error(`${program} could not be started: ${error.message}`)
      resolve({ code: 127, output })
    })
    child.on('close', (code, signal) => {
      running.delete(child)
      resolve({ code: code ?? exitCodeOf(signal), output })
    })
  })
}

/** Ends every command under way: politely first, and by force what is still there after 15 s. */
export async function stopCommands() {
  const children = [...running]
  for (const child of children) signalGroup(child.pid, 'SIGTERM')
  const giveUpAt = Date.now() + stopGraceMs
  while (children.some((child) => running.has(child)) && Date.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  for (const child of children) signalGroup(child.pid, 'SIGKILL')
}

/**
 * Calls back on the signals that ask a command to end, and when npm, which started it, is gone: npm
 * hands a signal to its shell alone, and that one dies without a word to us.
 *
 * @param {(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void} end
 * @returns {() => void} takes the watch away again
 */
export function onAskedToEnd(end) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) process.on(signal, end)
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event === undefined || process.ppid === parent) return
    clearInterval(watch)
    end('SIGTERM')
  }, parentPollMs)
  watch.unref()
  return () => {
    clearInterval(watch)
    for (const signal of signals) process.off(signal, end)
  }
}

/** The exit code by which a shell reports a process that a signal ended. */
export function exitCodeOf(/** @type {NodeJS.Signals | null} */ signal) {
  const number = Object.entries(signalNumbers).find(([name]) => name === signal)?.[1]
  return 128 + (number ?? 0)
}

function signalGroup(/** @type {number | undefined} */ pid, /** @type {NodeJS.Signals} */ signal) {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // The group has ended by itself, which is what was wanted.
  }
}
