import {
  type ManifestStore,
  NameUsedError,
  type SnapshotDownload,
  type SnapshotFiles,
  WriteRefusedError,
} from '@eventpass/sync'
import type { Client } from '@libsql/core/api'
import {
  emptyLog,
  isDamage,
  isRefusedWrite,
  passesQuickCheck,
  readPragma,
} from '../client/pragma.ts'
import { createManifestStore } from '../manifest/manifest-store.ts'
import { manifestFormat } from '../manifest/schema.ts'
import { assertName, type Disk, type Part } from './disk.ts'

/** The manifests of a disk: downloads that can be resumed, imports under new names (RP1, RP2). */
export function createSnapshotFiles(disk: Disk): SnapshotFiles {
  const manifests = async () =>
    (await disk.listDatabases()).filter((name) => name.startsWith('manifest-'))
  return {
    list: async () => [...new Set([...(await manifests()), ...(await disk.listParts())])],
    begin: (name, gzipBytes) =>
      tellingNoRoom(async () => {
        assertName(name)
        if ((await manifests()).includes(name)) await dropHalfImported(disk, name)
        const part = await disk.openPart(name)
        if (part.size() > gzipBytes) await part.truncate()
        return createDownload(disk, name, part)
      }),
    open: async (name) =>
      (await manifests()).includes(name) ? await openManifest(disk, name) : null,
    remove: async (name) => {
      assertName(name)
      await disk.removeDatabase(name)
      await disk.removePart(name)
    },
  }
}

/**
 * A file whose download is still there was never taken over: the process ended between import and
 * clean-up. Any other file of that name may have been opened, and its name is used for good (RP1).
 */
async function dropHalfImported(disk: Disk, name: string): Promise<void> {
  const unfinished = (await disk.listParts()).includes(name)
  if (!unfinished) throw new NameUsedError(name)
  await disk.removeDatabase(name)
}

function createDownload(disk: Disk, name: string, part: Part): SnapshotDownload {
  return {
    keptBytes: part.size(),
    write: (chunk) => tellingNoRoom(() => part.append(chunk)),
    sha256: () => part.sha256(),
    finish: async (bytes) => {
      try {
        const store = await tellingNoRoom(() => importManifest(disk, name, part, bytes))
        if (store === null) return null
        await part.close()
        await disk.removePart(name)
        return store
      } finally {
        await part.close()
      }
    },
    pause: () => part.close(),
  }
}

async function importManifest(
  disk: Disk,
  name: string,
  part: Part,
  bytes: number,
): Promise<ManifestStore | null> {
  try {
    await disk.writeDatabase(name, unpacked(part, bytes))
  } catch (error) {
    await disk.removeDatabase(name)
    if (error instanceof NoSnapshotError) return null
    throw error
  }
  const store = await openManifest(disk, name)
  if (store === null) await disk.removeDatabase(name)
  return store
}

/** Opens a manifest file that exists; null where it is damaged or of another format. */
async function openManifest(disk: Disk, name: string): Promise<ManifestStore | null> {
  let client: Client | null = null
  try {
    client = await disk.openDatabase(name)
    const fits = (await readPragma(client, 'user_version')) === manifestFormat
    if (fits && (await passesQuickCheck(client))) {
      // A process that was killed while it forgot somebody has left the log as it was (GD1).
      await emptyLog(client)
      return await createManifestStore(client)
    }
  } catch (error) {
    if (!isDamage(error)) {
      client?.close()
      throw error
    }
  }
  client?.close()
  return null
}

/** A disk that takes no more has a name of its own, so that a person is told to free some room. */
async function tellingNoRoom<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (fault) {
    throw isRefusedWrite(fault) ? new WriteRefusedError(fault) : fault
  }
}

/** The downloaded bytes are at fault, not the disk. */
class NoSnapshotError extends Error {}

const header = 'SQLite format 3\0'

/** The file inside the gzip: stops as soon as it is not the one announced. */
async function* unpacked(part: Part, bytes: number): AsyncGenerator<Uint8Array> {
  const reader = part.read().pipeThrough(new DecompressionStream('gzip')).getReader()
  let seen = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new NoSnapshotError('The download is no whole gzip.', { cause: error })
      })
      if (done) break
      if (seen === 0 && !startsAsDatabase(value)) throw new NoSnapshotError('No database inside.')
      seen += value.length
      if (seen > bytes) throw new NoSnapshotError(`More than the announced ${bytes} bytes inside.`)
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
  if (seen !== bytes) throw new NoSnapshotError(`${seen} bytes inside, not the announced ${bytes}.`)
}

function startsAsDatabase(chunk: Uint8Array): boolean {
  return [...header].every((letter, at) => chunk[at] === letter.charCodeAt(0))
}
