import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Keeps other processes out of a folder: PGlite's files do not survive two at once, nor does a journal.
 *
 * The mark beside the folder names this process. One that a dead process left is taken over.
 * Throws where a living one has it. Answers how to let go.
 */
export async function holdFolder(folder: string): Promise<() => Promise<void>> {
  const path = `${folder.replace(/\/+$/, '')}.lock`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const mark = await markOf(process.pid)
  for (let tries = 0; tries < 3; tries += 1) {
    const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return null
      throw error
    })
    if (file) {
      await file.writeFile(mark)
      await file.close()
      return () => rm(path, { force: true })
    }
    const holder = await readFile(path, 'utf8').catch(() => '')
    const pid = Number(holder.split(' ')[0])
    if (pid !== process.pid && isAlive(pid) && (await markOf(pid)) === holder) {
      throw new Error(
        `Process ${pid} works with the database in ${folder}. Stop it first, choose another DATA_DIR, or set DATABASE_URL to a Postgres that several processes may share.`,
      )
    }
    await rm(path, { force: true })
  }
  throw new Error(`${path} comes back as soon as it is removed. Is another process starting here?`)
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
