import type { LedgerStore, ManifestStore } from '@eventpass/sync'
import {
  ledgerStoreCases,
  type ManifestContent,
  manifestStoreCases,
  ownScanOf,
  snapshotFilesCases,
} from '@eventpass/sync/testing'
import type { Disk } from '../../src/files/disk.ts'
import { createLedgerFiles } from '../../src/files/ledger-files.ts'
import { createSnapshotFiles } from '../../src/files/snapshot-files.ts'
import { loadEngine } from '../../src/wasm/engine.ts'
import { openGateStores } from '../../src/wasm/index.ts'
import { createOpfsDisk } from '../../src/wasm/opfs-disk.ts'
import { openPool } from '../../src/wasm/pool.ts'

/** The worker's half of the browser tests: each command is called by name from Node. */

export interface Reply {
  readonly call: number
  readonly value: unknown
  readonly fault: string | null
}

/** A snapshot as the test's server builds it natively. */
async function buildSnapshot(content: ManifestContent) {
  const answer = await fetch('/build', { method: 'POST', body: JSON.stringify(content) })
  return {
    gzip: new Uint8Array(await answer.arrayBuffer()),
    sha256: String(answer.headers.get('x-gzip-sha256')),
    bytes: Number(answer.headers.get('x-bytes')),
  }
}

let disk: Disk | null = null

/** A worker opens its pool once: the cases that it runs share it, each with names of its own. */
async function openDisk(folder: string): Promise<Disk> {
  if (disk !== null) return disk
  const pool = await openPool(await loadEngine(), folder)
  if (!pool.ok) throw new Error(JSON.stringify(pool.failure))
  disk = await createOpfsDisk(pool.value, folder)
  return disk
}

const caseRunners = {
  ledger: async (at: number, files: Disk) => {
    const ledgers = createLedgerFiles(files)
    let store = await ledgers.open(`ledger-${at}`)
    const reopen = async () => {
      await store.close()
      store = await ledgers.open(`ledger-${at}`)
      return store
    }
    await ledgerStoreCases[at]?.run({ store, reopen })
    await store.close()
  },
  manifest: async (at: number, files: Disk) => {
    const built: ManifestStore[] = []
    const build = async (content: ManifestContent) => {
      const store = await load(
        createSnapshotFiles(files),
        `manifest-${at}-${built.length}`,
        await buildSnapshot(content),
      )
      built.push(store)
      return store
    }
    await manifestStoreCases[at]?.run({ build })
    for (const store of built) await store.close()
  },
  snapshots: async (at: number, files: Disk) => {
    for (const name of await createSnapshotFiles(files).list()) {
      await createSnapshotFiles(files).remove(name)
    }
    await snapshotFilesCases[at]?.run({
      files: createSnapshotFiles(files),
      restart: async () => createSnapshotFiles(files),
      build: buildSnapshot,
    })
  },
}
export type Suite = keyof typeof caseRunners

async function load(
  snapshots: ReturnType<typeof createSnapshotFiles>,
  name: string,
  { gzip, bytes }: { readonly gzip: Uint8Array; readonly bytes: number },
): Promise<ManifestStore> {
  const download = await snapshots.begin(name, gzip.length)
  await download.write(gzip)
  const store = await download.finish(bytes)
  if (store === null) throw new Error(`${name} was not taken`)
  return store
}

let stores: Extract<Awaited<ReturnType<typeof openGateStores>>, { ok: true }>['value'] | null = null
let ledger: LedgerStore | null = null

function opened() {
  if (stores === null) throw new Error('open first')
  return stores
}

const commands = {
  runCase: async ({ suite, at, folder }: { suite: Suite; at: number; folder: string }) =>
    caseRunners[suite](at, await openDisk(folder)),

  /** Opens the stores as the door's worker does; a failure comes back as it is. */
  open: async ({ folder, waitMs }: { folder: string; waitMs: number }) => {
    const result = await openGateStores({ folder, waitMs })
    if (!result.ok) return result.failure
    stores = result.value
    return { kind: 'open', rescued: stores.rescued }
  },
  openLedger: async () => {
    ledger = await opened().ledgers.open('ledger-1')
    return ledger.head()
  },
  /** Appends `count` scans and tells the head; each is acknowledged to the page as it commits. */
  commit: async ({ count }: { count: number }) => {
    if (ledger === null) throw new Error('openLedger first')
    for (let n = 0; n < count; n += 1) {
      const { seq } = await ledger.head()
      await ledger.commitScan(ownScanOf(seq + 1, 7))
      await fetch(`/acknowledge?seq=${seq + 1}`)
    }
    return ledger.head()
  },
}
export type Commands = typeof commands

addEventListener(
  'message',
  async ({ data }: MessageEvent<{ call: number; command: keyof Commands; input: never }>) => {
    const { call, command, input } = data
    try {
      reply({ call, value: await commands[command](input), fault: null })
    } catch (error) {
      reply({ call, value: null, fault: error instanceof Error ? `${error.stack}` : String(error) })
    }
  },
)

function reply(message: Reply): void {
  postMessage(message)
}
