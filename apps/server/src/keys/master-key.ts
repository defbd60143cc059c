import { randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

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

  const key = randomBytes(32)
  // `wx`: of two processes that start at once one makes the key, the other reads it.
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null
    throw error
  })
  if (!file) return loadMasterKey(given, dataDir)
  try {
    await file.writeFile(`${key.toString('hex')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return new Uint8Array(key)
}

function bytesOf(hex: string, from: string): Uint8Array<ArrayBuffer> {
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw new Error(`${from} holds no master key (64 hex characters). Restore it from your backup.`)
  }
  return new Uint8Array(Buffer.from(hex, 'hex'))
}
