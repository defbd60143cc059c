import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ManifestStore } from '@eventpass/sync'
import {
  ledgerStoreContract,
  linkHasherOf,
  manifestStoreContract,
  runCases,
  snapshotFilesContract,
} from '@eventpass/sync/testing'
import { afterAll, describe, test } from 'vitest'
import { clientCases } from '../client/client.contract.ts'
import { packSnapshot } from '../testing.ts'
import { openNativeDisk } from './native-disk.ts'
import { openNativeStores } from './open-native-stores.ts'

const root = await mkdtemp(join(tmpdir(), 'eventpass-replica-'))
const newFolder = () => mkdtemp(join(root, 'disk-'))
const open: { close: () => Promise<void> }[] = []
afterAll(async () => {
  for (const store of open) await store.close()
  await rm(root, { recursive: true, force: true })
})

/** The files of a folder as a killed process leaves them: WAL and all, while the old handle lives on. */
async function copyFolder(folder: string): Promise<string> {
  const copy = await newFolder()
  for (const file of await readdir(folder)) await copyFile(join(folder, file), join(copy, file))
  return copy
}

const kept = <Store extends { close: () => Promise<void> }>(store: Store): Store => {
  open.push(store)
  return store
}

describe('the client on native libSQL', () => {
  runCases(test, clientCases, async () => {
    const client = await (await openNativeDisk(await newFolder())).openDatabase('client-1')
    open.push({ close: async () => client.close() })
    return { client }
  })
})

describe('the ledger on native libSQL', () => {
  ledgerStoreContract(test, async () => {
    const folder = await newFolder()
    const openIn = async (where: string) =>
      kept(await (await openNativeStores(where, linkHasherOf)).ledgers.open('ledger-1'))
    return { store: await openIn(folder), reopen: async () => openIn(await copyFolder(folder)) }
  })
})

describe('the manifest on native libSQL', () => {
  manifestStoreContract(test, async () => ({
    build: async (content) => {
      const { gzip, bytes } = await packSnapshot(content)
      const { snapshots } = await openNativeStores(await newFolder(), linkHasherOf)
      const download = await snapshots.begin('manifest-1', gzip.length)
      await download.write(gzip)
      return kept((await download.finish(bytes)) as ManifestStore)
    },
  }))
})

describe('snapshot files on native libSQL', () => {
  snapshotFilesContract(test, async () => {
    let folder = await newFolder()
    return {
      files: (await openNativeStores(folder, linkHasherOf)).snapshots,
      restart: async () => {
        folder = await copyFolder(folder)
        return (await openNativeStores(folder, linkHasherOf)).snapshots
      },
      build: async (content) => {
        const { gzip, gzipSha256, bytes } = await packSnapshot(content)
        return { gzip, sha256: gzipSha256, bytes }
      },
    }
  })
})
