import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StartFault } from './start-fault.ts'

/** Each waits no longer than others take to write or remove a mark. */
const triesMax = 50

/**
 * Keeps other processes out of a folder: PGlite's files do not survive two at once, nor does a journal.
 *
 * The mark beside the folder names this process. One that a dead process left is taken over.
 * Throws where a living one has it. Answers how to let go.
 */
export async function holdFolder(folder: string): Promise<() => Promise<void>> {
  const path = `${folder.replace(/\/+$/, '')}.lock`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // A link brings a mark whole: whoever reads it meanwhile never finds an empty one.
  const own = `${path}.${process.pid}`
  await writeFile(own, await markOf(process.pid), { mode: 0o600 })
  try {
    for (let tries = 0; tries < triesMax; tries += 1) {
      if (await tryLink(own, path)) return () => rm(path, { force: true })
      const holder = await readHolder(path)
      if (holder.lives) {
        throw new StartFault(
          `Process ${holder.pid} works with the database in ${folder}. Stop it first, choose another DATA_DIR, or set DATABASE_URL to a Postgres that several processes may share.`,
        )
      }
      if (holder.left) await removeDeadMark(path, own)
    }
  } finally {
    await rm(own, { force: true })
  }
  throw new StartFault(
    `${path} comes back as soon as it is removed. Is another process starting here?`,
  )
}

/** One process at a time removes the mark of a dead one: a second might remove that of the first. */
async function removeDeadMark(path: string, own: string): Promise<void> {
  const turn = `${path}.turn`
  if (await tryLink(own, turn)) {
    try {
      if ((await readHolder(path)).left) await rm(path, { force: true })
    } finally {
      await rm(turn, { force: true })
    }
  } else if ((await readHolder(turn)).left) {
    await rm(turn, { force: true })
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/** Whose mark this is: of another process that lives, or left behind by one that does not; neither where there is none. */
async function readHolder(path: string) {
  const mark = await readFile(path, 'utf8').catch(() => null)
  const pid = Number(mark?.split(' ')[0])
  const lives = pid !== process.pid && isAlive(pid) && (await markOf(pid)) === mark
  return { pid, lives, left: mark !== null && !lives }
}

/** Number and start of a process: numbers are given again, starts are not. */
async function markOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // Field 22 (proc(5)); the name in field 2 may hold spaces and ends with the last parenthesis.
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return `${pid} ${start}`
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
