import { randomBytes, randomUUID } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StartFault } from '@eventpass/db'

const fileName = 'master.key'

/**
 * Returns the 32 bytes that every other key is derived from.
 *
 * Given in the environment as 64 hex characters, or made once and kept in the
 * data directory, readable by its owner alone. Losing it makes every printed
 * code worthless, so it is synced to disk before it is first used.
 */
export async function loadMasterKey(
  given: string | undefined,
  dataDir: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (given) return bytesOf(given, 'MASTER_KEY')
  const path = join(dataDir, fileName)
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (kept !== null) return bytesOf(kept.trim(), path)

  // A link brings the key whole: of processes that start at once one makes it, the others read
  // it, and one that is killed here leaves no empty file that would be taken for a lost key.
  const fresh = `${path}.${randomUUID()}`
  try {
    await writeSynced(fresh, `${randomBytes(32).toString('hex')}\n`)
    await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(fresh, { force: true })
  }
  await syncFolder(dataDir)
  return loadMasterKey(given, dataDir)
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Without it the name of the file may be lost with the power. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function bytesOf(hex: string, from: string): Uint8Array<ArrayBuffer> {
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw new StartFault(
      `${from} holds no master key (64 hex characters). Restore it from your backup.`,
    )
  }
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
