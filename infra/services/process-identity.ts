import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** A process that can be told from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it began, in the words of this machine's kernel or `ps`; only compared, never read. */
  readonly startedAt: string
}

const pollMs = 50
const stopGraceMs = 15_000

/** Names the process that has this number now, or null where there is none. */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const startedAt = existsSync('/proc/self/stat') ? startFromProc(pid) : startFromPs(pid)
  return startedAt === null ? null : { pid, startedAt }
}

/** Whether that very process is still there; one that ended and waits to be collected is not. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt
}

/**
 * Ends a process with the signal it takes as a request, and its whole group by force where that has
 * not worked after 15 s. Touches nothing if the number belongs to another process by now.
 */
export async function stopProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
): Promise<void> {
  if (!isAlive(identity)) return
  process.kill(identity.pid, signal)
  await waitForEnd(identity)
  if (!isAlive(identity)) return
  killGroup(identity.pid)
  while (isAlive(identity)) await pause(pollMs)
}

/** Waits until a process that is ending is gone, 15 s at most. */
export async function waitForEnd(identity: ProcessIdentity): Promise<void> {
  const giveUpAt = Date.now() + stopGraceMs
  while (isAlive(identity) && Date.now() < giveUpAt) await pause(pollMs)
}

/** The process group of a process, or null where there is none or no /proc to ask. */
export function processGroupOf(pid: number): number | null {
  const fields = statFields(pid)
  return fields ? Number(fields[2]) : null
}

function killGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // It ended in between.
    }
  }
}

function startFromProc(pid: number): string | null {
  const fields = statFields(pid)
  if (!fields || fields[0] === 'Z') return null
  return fields[19] ?? null
}

/** What /proc says behind the command's name, which may itself hold blanks and brackets. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

function startFromPs(pid: number): string | null {
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)])
  return status === 0 ? String(stdout).trim() : null
}
