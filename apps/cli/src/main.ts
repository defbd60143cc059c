import { userInfo } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Groups, runCli } from './run-cli.ts'
import type { Screen, Surroundings } from './surroundings.ts'

/** A new group is one file that exports `register<Group>(program, surroundings)`, and one line here. */
const groups: Groups = {
  ai: async () => (await import('./ai.ts')).registerAi,
  parked: async () => (await import('./parked.ts')).registerParked,
  audit: async () => (await import('./audit.ts')).registerAudit,
  devices: async () => (await import('./devices.ts')).registerDevices,
  events: async () => (await import('./events.ts')).registerEvents,
  invitees: async () => (await import('./invitees.ts')).registerInvitees,
  login: async () => (await import('./login.ts')).registerLogin,
  logout: async () => (await import('./login.ts')).registerLogout,
  signup: async () => (await import('./login.ts')).registerSignup,
  tickets: async () => (await import('./tickets.ts')).registerTickets,
}

const ctrlC = new AbortController()
process.once('SIGINT', () => ctrlC.abort())
process.once('SIGTERM', () => ctrlC.abort())

const screenOf = (stream: NodeJS.WriteStream): Screen => ({
  write: (text) => {
    stream.write(text)
  },
  isTty: stream.isTTY === true,
  columns: stream.columns ?? 80,
})

const surroundings: Surroundings = {
  env: process.env,
  cwd: process.cwd(),
  userName: userInfo().username,
  stdout: screenOf(process.stdout),
  stderr: screenOf(process.stderr),
  nowMs: Date.now,
  pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
  signal: ctrlC.signal,
  exitWith: (code) => {
    process.exitCode = code
  },
}

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

await runCli(groups, process.argv.slice(2), surroundings)
