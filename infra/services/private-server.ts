import { spawn } from 'node:child_process'
import { chownSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { runCommand } from '../scripts/run-command.mjs'
import { identifyProcess, isAlive, type ProcessIdentity, stopProcess } from './process-identity.ts'
import { appendUndo, readRecord } from './run-record.ts'
import type { OwnServer, ServiceUser } from './service.ts'

export interface ServerPlan extends Omit<OwnServer, 'service' | 'url'> {
  /** Resolves when the server answers and is this very process; throws while it does not. */
  readonly isOurs: (pid: number) => Promise<void>
  readonly readyMs: number
  /** What to note where it is a service that may be started again. */
  readonly server?: OwnServer
}

const pollMs = 150
const logLinesShown = 15

/** Makes a folder for a server's data that its user may write, and notes it to be removed. */
export function createServerFolder(runId: string, name: string, user: ServiceUser | null): string {
  // Not the folder of TMPDIR: that one may be closed to other users.
  const folder = mkdtempSync(`/tmp/eventpass-${name}-`)
  appendUndo(runId, { kind: 'folder', path: folder })
  if (user) chownSync(folder, user.uid, user.gid)
  return folder
}

/**
 * Starts a server apart from this process, waits until it answers and notes it to be stopped.
 * Throws with the end of its log where it dies or is not ready in time; it is stopped then.
 */
export async function startServer(runId: string, plan: ServerPlan): Promise<ProcessIdentity> {
  const logFile = join(plan.folder, 'server.log')
  const log = openSync(logFile, 'a')
  const child = spawn(plan.program, [...plan.args], {
    cwd: plan.folder,
    env: { ...process.env, ...plan.env },
    detached: true,
    stdio: ['ignore', log, log],
    ...plan.user,
  })
  const failedToSpawn = new Promise<never>((_, reject) => child.on('error', reject))
  child.unref()
  const identity = child.pid === undefined ? null : identifyProcess(child.pid)
  if (!identity) return failedToSpawn
  try {
    const { stopSignal: signal, server } = plan
    appendUndo(runId, { kind: 'process', identity, signal, ...(server && { server }) })
    await becomesReady(runId, plan, identity)
  } catch (fault) {
    await stopProcess(identity, plan.stopSignal)
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-logLinesShown)
    throw new Error(`${plan.program} did not come up (${String(fault)}):\n${lines.join('\n')}`)
  }
  return identity
}

/** A port of the loopback interface that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = address !== null && typeof address === 'object' ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

/** The first of these system users that exists, where we are root and must not run a server ourselves. */
export async function findServiceUser(...names: readonly string[]): Promise<ServiceUser | null> {
  if (process.getuid?.() !== 0) return null
  for (const name of names) {
    const uid = await runCommand({ program: 'id', args: ['-u', name], quiet: true })
    const gid = await runCommand({ program: 'id', args: ['-g', name], quiet: true })
    if (uid.code === 0 && gid.code === 0)
      return { uid: Number(uid.output), gid: Number(gid.output) }
  }
  throw new Error(`this machine has no user ${names.join(' or ')}`)
}

async function becomesReady(
  runId: string,
  plan: ServerPlan,
  identity: ProcessIdentity,
): Promise<void> {
  const giveUpAt = Date.now() + plan.readyMs
  let lastFault: unknown = 'it never answered'
  while (Date.now() < giveUpAt) {
    if (!isAlive(identity)) throw new Error('it ended by itself')
    if (readRecord(runId)?.isEnding !== false) throw new Error('the run is being ended')
    try {
      return await plan.isOurs(identity.pid)
    } catch (fault) {
      lastFault = fault
    }
    await pause(pollMs)
  }
  throw new Error(`not ready after ${plan.readyMs / 1_000} s: ${String(lastFault)}`)
}
