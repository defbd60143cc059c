import { existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client'
import type { Client } from '@libsql/core/api'
import { prepareConnection } from '../client/pragma.ts'
import { createSerialClient } from '../client/serial-client.ts'
import { asideIn, assertName, type Disk } from '../files/disk.ts'
import { openFilePart } from './file-part.ts'

/** How long a statement waits for another process that holds the file. */
const lockWaitMs = 5_000
const besides = ['-wal', '-shm', '-journal']

/** A folder of the machine, made where it is missing. One process at a time may use it. */
export async function openNativeDisk(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (name: string) => {
    assertName(name)
    return join(folder, `${name}.sqlite`)
  }
  const partOf = (name: string) => {
    assertName(name)
    return join(folder, `${name}.part`)
  }
  const namesWith = async (ending: string) =>
    (await readdir(folder)).flatMap((file) =>
      file.endsWith(ending) ? [file.slice(0, -ending.length)] : [],
    )
  return {
    listDatabases: () => namesWith('.sqlite'),
    openDatabase: async (name) => openNativeDatabase(pathOf(name)),
    writeDatabase: async (name, chunks) => {
      if ((await namesWith('.sqlite')).includes(name)) {
        throw new Error(`The database ${name} exists: import under a new name.`)
      }
      await writeNewFile(pathOf(name), chunks)
    },
    removeDatabase: async (name) => {
      for (const beside of [...besides, '.coming', '']) {
        await rm(pathOf(name) + beside, { force: true })
      }
    },
    keepAside: async (name) => keepAside(folder, pathOf(name), name),
    listAside: async () => {
      const rescue = rescueIn(folder)
      return asideIn(rescue, existsSync(rescue) ? await readdir(rescue) : [])
    },
    listParts: () => namesWith('.part'),
    openPart: async (name) => openFilePart(partOf(name)),
    removePart: async (name) => rm(partOf(name), { force: true }),
  }
}

/** One connection, WAL, a flush at every commit. */
async function openNativeDatabase(path: string): Promise<Client> {
  const url = pathToFileURL(path).href
  const bare = createClient({ url, concurrency: 1, timeout: lockWaitMs })
  const client = createSerialClient(bare)
  try {
    await prepareConnection(client)
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

/** Written beside and renamed, so that a name is a whole file or none. */
async function writeNewFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const coming = `${path}.coming`
  const file = await open(coming, 'w', 0o600)
  try {
    for await (const chunk of chunks) await file.writeFile(chunk)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(coming, path)
}

const rescueIn = (folder: string) => join(folder, 'rescue')

async function keepAside(folder: string, path: string, name: string): Promise<string> {
  const rescue = rescueIn(folder)
  await mkdir(rescue, { recursive: true, mode: 0o700 })
  const taken = await readdir(rescue)
  let kept = `${name}.sqlite`
  for (let n = 2; taken.includes(kept); n += 1) kept = `${name}-${n}.sqlite`
  for (const beside of [...besides, '']) {
    await rename(path + beside, join(rescue, kept + beside)).catch(() => {})
  }
  return join(rescue, kept)
}
