import { webcrypto } from 'node:crypto'
import { describe, test } from 'vitest'
import { linkHashOf } from './fixtures.fake.ts'
import { ledgerStoreContract } from './ledger-store.contract.ts'
import { manifestStoreContract } from './manifest-store.contract.ts'
import { createMemoryLedger, emptyLedgerDisk } from './memory-ledger.fake.ts'
import {
  createMemoryManifest,
  createMemorySnapshotFiles,
  emptyManifestDisk,
  packContent,
} from './memory-manifest.fake.ts'
import { snapshotFilesContract } from './snapshot-files.contract.ts'

describe('the ledger in memory', () => {
  ledgerStoreContract(test, async () => {
    const disk = emptyLedgerDisk()
    const open = () => createMemoryLedger(linkHashOf, disk)
    return { store: open(), reopen: async () => open() }
  })
})

describe('the manifest in memory', () => {
  manifestStoreContract(test, async () => ({
    build: async (content) => createMemoryManifest(content),
  }))
})

describe('snapshot files in memory', () => {
  snapshotFilesContract(test, async () => {
    const disk = emptyManifestDisk()
    const subtle = webcrypto.subtle as SubtleCrypto
    return {
      files: createMemorySnapshotFiles(subtle, disk),
      restart: async () => createMemorySnapshotFiles(subtle, disk),
      build: async (content) => {
        const gzip = packContent(content)
        const hash = Buffer.from(await subtle.digest('SHA-256', gzip)).toString('hex')
        return { gzip, sha256: hash, bytes: gzip.length }
      },
    }
  })
})
