import { prepareConnection } from '../client/pragma.ts'
import { createSerialClient } from '../client/serial-client.ts'
import { asideIn, assertName, type Disk, type Part } from '../files/disk.ts'
import type { Engine, EnginePool } from './engine.ts'
import { toLibsqlError } from './engine-error.ts'
import { createOpfsPart } from './opfs-part.ts'
import { createPoolClient } from './pool-client.ts'
import { listFolder, openFolder, openSyncAccess, removeFile } from './sync-access.ts'

const besides = ['-wal', '-journal']
/** A database that opens may want a WAL and, before that, a journal. */
const filesToSpare = 4
const partEnding = '.gz'

/** Databases in the pool, downloads and rescued files as plain files beside it. */
export async function createOpfsDisk(
  engine: Engine,
  pool: EnginePool,
  folder: string,
): Promise<Disk> {
  const [parts, rescue] = [await openFolder(folder, 'parts'), await openFolder(folder, 'rescue')]
  const openParts = new Map<string, Part>()
  const pathOf = (name: string) => {
    assertName(name)
    return `/${name}`
  }
  const exists = (path: string) => pool.getFileNames().includes(path)
  const reserve = () => pool.reserveMinimumCapacity(pool.getFileCount() + filesToSpare)
  const databases = createOpenDatabases(engine, pool)
  const removeDatabase = async (name: string) => {
    databases.assertClosed(name)
    for (const beside of ['', ...besides]) pool.unlink(pathOf(name) + beside)
  }
  return {
    listDatabases: async () =>
      pool
        .getFileNames()
        .map((path) => path.slice(1))
        .filter((name) => !besides.some((beside) => name.endsWith(beside))),
    openDatabase: async (name) => {
      await reserve()
      return databases.open(name, pathOf(name))
    },
    writeDatabase: async (name, chunks) => {
      if (exists(pathOf(name))) {
        throw new Error(`The database ${name} exists: import under a new name.`)
      }
      await reserve()
      const source = chunks[Symbol.asyncIterator]()
      await pool.importDb(pathOf(name), async () => (await source.next()).value ?? undefined)
    },
    removeDatabase,
    keepAside: async (name) => {
      const kept = await freeName(rescue, `${name}.sqlite`)
      for (const beside of ['', ...besides]) {
        const path = pathOf(name) + beside
        if (exists(path)) await writeFile(rescue, kept + beside, await pool.exportFile(path))
      }
      await removeDatabase(name)
      return `${folder}/rescue/${kept}`
    },
    listAside: async () => asideIn(`${folder}/rescue`, await listFolder(rescue)),
    listParts: async () =>
      (await listFolder(parts)).flatMap((file) =>
        file.endsWith(partEnding) ? [file.slice(0, -partEnding.length)] : [],
      ),
    openPart: async (name) => {
      assertName(name)
      // A try that broke may not have closed its handle, and a file has one at a time.
      await openParts.get(name)?.close()
      const part = createOpfsPart(await openSyncAccess(parts, name + partEnding))
      openParts.set(name, part)
      return part
    },
    removePart: async (name) => {
      assertName(name)
      await openParts.get(name)?.close()
      await removeFile(parts, name + partEnding)
    },
  }
}

/** Opens databases, each by one connection at a time: the pool itself would let two in (RP5). */
function createOpenDatabases(engine: Engine, pool: EnginePool) {
  const isOpen = new Map<string, () => boolean>()
  const assertClosed = (name: string) => {
    if (isOpen.get(name)?.()) throw new Error(`The database ${name} is open: close it first.`)
  }
  return {
    assertClosed,
    open: async (name: string, path: string) => {
      assertClosed(name)
      const client = createSerialClient(createPoolClient(engine, openHandle(pool, path)))
      isOpen.set(name, () => !client.closed)
      try {
        // Before anything that reads: without shared memory a WAL opens under this lock alone.
        await client.execute('PRAGMA locking_mode = exclusive')
        await prepareConnection(client)
        return client
      } catch (error) {
        client.close()
        throw error
      }
    },
  }
}

function openHandle(pool: EnginePool, path: string) {
  try {
    return new pool.OpfsSAHPoolDb(path)
  } catch (error) {
    throw toLibsqlError(error)
  }
}

async function freeName(folder: FileSystemDirectoryHandle, wanted: string): Promise<string> {
  const taken = await listFolder(folder)
  const [stem, ending] = [wanted.replace(/[.]sqlite$/, ''), '.sqlite']
  let name = wanted
  for (let n = 2; taken.includes(name); n += 1) name = `${stem}-${n}${ending}`
  return name
}

async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const file = await openSyncAccess(folder, name)
  try {
    file.truncate(0)
    file.write(bytes, { at: 0 })
    file.flush()
  } finally {
    file.close()
  }
}
