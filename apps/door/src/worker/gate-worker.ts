import { type GateStores, type GateStoresFailure, openGateStores } from '@eventpass/replica/wasm'
import { createGate, createLinkHasher, createRandomPool, type Gate } from '@eventpass/sync'
import { serveGate } from '../rpc/serve-gate.ts'
import { openKeyStore } from './key-store.ts'
import { createTrpcUpstream } from './trpc-upstream.ts'
import { scope, sleep } from './worker-scope.ts'

/** Folder of the gate's files in the origin's private storage. */
const folder = 'eventpass'

const central = createTrpcUpstream(location.origin)
const wakers = new Set<() => void>()
const wake = () => {
  for (const waker of wakers) waker()
}
let storageKept: boolean | null = null
let opening: ((gate: Gate) => void) | null = null
const gateReady = new Promise<Gate>((resolve) => {
  opening = resolve
})

serveGate(scope, gateReady)
self.addEventListener('online', wake)
scope.addEventListener('message', ({ data }) => {
  if (data.kind === 'open') void open(data.waitMs)
  if (data.kind === 'wake') wake()
  if (data.kind === 'ping') scope.postMessage({ kind: 'pong' })
  if (data.kind === 'storage') storageKept = data.kept
})

/** Whatever comes of it is told: a page that hears nothing would show "Opening" for ever. */
async function open(waitMs: number): Promise<void> {
  try {
    const stores = await openGateStores({
      folder,
      waitMs,
      hashLink: createLinkHasher(crypto.subtle),
    })
    if (!stores.ok) return closeWith(stores.failure)
    const gate = await start(stores.value)
    scope.postMessage({ kind: 'opened' })
    opening?.(gate)
  } catch (fault) {
    closeWith({ kind: 'pool_failed', message: String(fault) })
  }
}

function closeWith(failure: GateStoresFailure): void {
  scope.postMessage({ kind: 'closed', failure })
}

async function start(stores: GateStores): Promise<Gate> {
  return createGate({
    subtle: crypto.subtle,
    randomBytes: createRandomPool((bytes) => crypto.getRandomValues(bytes)),
    clock: { monoMs: () => performance.now(), wallMs: () => Date.now() },
    random: Math.random,
    sleep,
    ledgers: stores.ledgers,
    snapshots: stores.snapshots,
    keys: await openKeyStore(),
    upstream: () => central,
    onWake(listener) {
      wakers.add(listener)
      return () => wakers.delete(listener)
    },
    isStoragePersistent: async () => storageKept,
    report: reportError,
  })
}
