import type { LedgerStore, ManifestStore } from '@eventpass/sync'
import {
  contentOf,
  ledgerStoreCases,
  linkHasherOf,
  type ManifestContent,
  manifestStoreCases,
  ownScanOf,
  snapshotFilesCases,
  ticketOf,
} from '@eventpass/sync/testing'
import { clientCases } from '../../src/client/client.contract.ts'
import type { Disk } from '../../src/files/disk.ts'
import { createLedgerFiles } from '../../src/files/ledger-files.ts'
import { createSnapshotFiles } from '../../src/files/snapshot-files.ts'
import { loadEngine } from '../../src/wasm/engine.ts'
import { type GateStores, openGateStores } from '../../src/wasm/index.ts'
import { createOpfsDisk } from '../../src/wasm/opfs-disk.ts'
import { openPool } from '../../src/wasm/pool.ts'
import { listFolder, openFolder, openSyncAccess } from '../../src/wasm/sync-access.ts'
import { serveCommands } from './serve-commands.ts'

/** The pool lays this much before the bytes of each file. */
const poolHeaderBytes = 4_096

/** The worker's half of the browser tests: each command is called by name from Node. */

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
  const engine = await loadEngine()
  const pool = await openPool(engine, folder)
  if (!pool.ok) throw new Error(JSON.stringify(pool.failure))
  disk = await createOpfsDisk(engine, pool.value, folder)
  return disk
}

const caseRunners = {
  client: async (at: number, files: Disk) => {
    const client = await files.openDatabase(`client-${at}`)
    await clientCases[at]?.run({ client })
    client.close()
  },
  ledger: async (at: number, files: Disk) => {
    const ledgers = createLedgerFiles(files, linkHasherOf)
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

let stores: GateStores | null = null
let ledger: LedgerStore | null = null

function opened(): GateStores {
  if (stores === null) throw new Error('open first')
  return stores
}

interface Where {
  readonly folder: string
}

const commands = {
  runCase: async ({ suite, at, folder }: Where & { suite: Suite; at: number }) =>
    caseRunners[suite](at, await openDisk(folder)),

  /** Opens the stores as the door's worker does; a failure comes back as it is. */
  open: async ({ folder, waitMs }: Where & { waitMs: number }) => {
    const result = await openGateStores({ folder, waitMs, hashLink: linkHasherOf })
    if (!result.ok) return result.failure
    stores = result.value
    return { kind: 'open', rescued: await stores.ledgers.aside() }
  },

  /** The same, in a browser that refuses one file once, as Safari does after a page went to sleep. */
  openRefused: async ({ folder }: Where) => {
    const prototype = FileSystemFileHandle.prototype as unknown as {
      createSyncAccessHandle: () => Promise<unknown>
    }
    const real = prototype.createSyncAccessHandle
    let asked = 0
    prototype.createSyncAccessHandle = function refusing() {
      asked += 1
      // The first file is the engine's trial; the fourth is one of the pool's.
      return asked === 4
        ? Promise.reject(
            new DOMException('The object is in an invalid state.', 'InvalidStateError'),
          )
        : real.call(this)
    }
    const result = await openGateStores({ folder, waitMs: 1_000, hashLink: linkHasherOf })
    return result.ok ? { kind: 'open' } : result.failure
  },

  /** Opens the pool without asking for the lock first. */
  openPoolAlone: async ({ folder }: Where) => {
    const result = await openPool(await loadEngine(), folder)
    return result.ok ? { kind: 'open' } : result.failure
  },

  openLedger: async () => {
    ledger = await opened().ledgers.open('ledger-1')
    return ledger.head()
  },

  /** Appends `count` scans; each is reported to the server once it is committed. */
  commit: async ({ count }: { count: number }) => {
    if (ledger === null) throw new Error('openLedger first')
    let { seq } = await ledger.head()
    for (let n = 0; n < count; n += 1) {
      seq += 1
      await ledger.commitScan(ownScanOf(seq, 7))
      await fetch(`/acknowledge?seq=${seq}`)
    }
    return ledger.head()
  },

  /** Moves the WAL into the file, as a worker that ends in peace does. */
  closeLedger: async () => ledger?.close(),

  /** Sequence numbers of the whole chain, as read from the file. */
  pendingSeqs: async () => {
    const { seq } = (await ledger?.head()) ?? { seq: 0 }
    return (await ledger?.findPending(seq + 1))?.map(({ body }) => body.seq)
  },

  importManifest: async ({ name }: { name: string }) => {
    const built = await buildSnapshot(contentOf({ tickets: [ticketOf(1), ticketOf(2)] }))
    await (await load(opened().snapshots, name, built)).close()
    return opened().snapshots.list()
  },

  openManifest: async ({ name }: { name: string }) => {
    const store = await opened().snapshots.open(name)
    return store === null ? null : (await store.info()).revision
  },

  begin: async ({ name }: { name: string }) =>
    (await opened().snapshots.begin(name, 100)).keptBytes,

  /** Writes over `bytes` of a closed database's file, from `at` on, below the pool's back. */
  damage: async ({ folder, name, at }: Where & { name: string; at: number }) => {
    const pool = await openFolder(folder, 'pool', '.opaque')
    for (const file of await listFolder(pool)) {
      const access = await openSyncAccess(pool, file)
      const head = new Uint8Array(name.length + 2)
      access.read(head, { at: 0 })
      const found = new TextDecoder().decode(head) === `/${name}\0`
      if (found) access.write(new Uint8Array(200).fill(0xee), { at: poolHeaderBytes + at })
      access.close()
      if (found) return
    }
    throw new Error(`The pool has no ${name}`)
  },

  /** Numbers of the scans whose bytes lie in each file that was kept aside for rescue. */
  rescued: async ({ folder }: Where) => {
    const rescue = await openFolder(folder, 'rescue')
    return Promise.all(
      (await listFolder(rescue)).map(async (name) => {
        const text = await (await (await rescue.getFileHandle(name)).getFile()).text()
        return { name, seqs: [...text.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq)) }
      }),
    )
  },

  /** What another app may have made of a file. */
  runSql: async ({ folder, name, sql }: Where & { name: string; sql: string }) => {
    const client = await (await openDisk(folder)).openDatabase(name)
    await client.executeMultiple(sql)
    client.close()
  },
}

serveCommands(commands)
