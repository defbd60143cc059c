import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ScanHash } from '@eventpass/domain'
import { openNativeStores } from '@eventpass/replica/native'
import {
  createGate,
  createLinkHasher,
  type GateStatus,
  type KeyRing,
  type RunningGate,
  type Upstream,
  type UpstreamAnswer,
} from '@eventpass/sync'
import { createTrpcUpstream } from '../src/worker/trpc-upstream.ts'
import type { Organiser } from './organiser.ts'

/** The head that central has signed for. */
interface Acknowledged {
  readonly device: string
  readonly throughSeq: number
  readonly hash: ScanHash
}

/** The engine of the door's worker in this process: real files, real HTTP, no screen. */
export interface NodeGate {
  /** Decides and records a scan, as the door does; null where the notice "just admitted" records nothing. */
  readonly scan: (token: string) => Promise<'admit' | 'refuse' | 'attention' | null>
  /** The furthest receipt that came back, or null. */
  readonly acknowledged: () => Acknowledged | null
  /** Scans without a receipt; null before the first status. */
  readonly pending: () => number | null
  /** As the browser does when the network is back. */
  readonly wake: () => void
  /** Resolves when a whole pass has ended. */
  readonly sync: () => Promise<void>
  readonly faults: readonly unknown[]
  readonly remove: () => Promise<void>
}

/** Pairs a gate with central and waits for its list. `via` is the line between them. */
export async function openNodeGate(
  origin: string,
  organiser: Organiser,
  via: (upstream: Upstream) => Upstream = (upstream) => upstream,
): Promise<NodeGate> {
  const folder = mkdtempSync(join(tmpdir(), 'eventpass-node-gate-'))
  const { ledgers, snapshots } = await openNativeStores(
    folder,
    createLinkHasher(crypto.subtle as SubtleCrypto),
  )
  const rings = new Map<string, KeyRing>()
  const wakers = new Set<() => void>()
  const faults: unknown[] = []
  let acknowledged: Acknowledged | null = null
  const upstream = watchReceipts(via(createTrpcUpstream(origin)), (receipt) => {
    if (receipt.throughSeq > (acknowledged?.throughSeq ?? 0)) acknowledged = receipt
  })
  const gate = createGate({
    subtle: crypto.subtle as SubtleCrypto,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    clock: { monoMs: () => performance.now(), wallMs: () => Date.now() },
    random: Math.random,
    sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    ledgers,
    snapshots,
    keys: {
      read: async (name) => rings.get(name) ?? null,
      write: async (name, ring) => void rings.set(name, ring),
      erase: async (name) => void rings.delete(name),
    },
    upstream: () => upstream,
    onWake(listener) {
      wakers.add(listener)
      return () => wakers.delete(listener)
    },
    isStoragePersistent: async () => true,
    report: (fault) => faults.push(fault),
  })
  await pair(gate, organiser)
  let pending: number | null = null
  gate.watch((status) => {
    pending = status.pending
  })
  return {
    faults,
    acknowledged: () => acknowledged,
    sync: () => gate.syncNow(),
    pending: () => pending,
    async scan(text) {
      const source = { kind: 'text', text, input: 'wedge' } as const
      const plain = { act: 'entry', force: null, answer: null, answers: null } as const
      const { verdict } = await gate.scan({ source, ...plain, secondPerson: false })
      return verdict.kind === 'just_admitted' ? null : verdict.kind
    },
    wake() {
      for (const waker of wakers) waker()
    },
    async remove() {
      await gate.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function pair(gate: RunningGate, organiser: Organiser): Promise<void> {
  const code = new URL(await organiser.pairingLink()).hash.slice('#pair='.length)
  const view = await gate.pair(code, 'Gate')
  if (view.state === 'failed') throw new Error(view.message)
  await organiser.accept(view.words)
  await until(gate, ({ stage }) => stage === 'ready')
}

/** Resolves when the gate's status is as asked. */
function until(gate: RunningGate, holds: (status: GateStatus) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = gate.watch((status) => {
      if (!holds(status)) return
      resolve()
      queueMicrotask(() => stop())
    })
  })
}

/** Every receipt that came whole to the gate; what the gate makes of it is the gate's. */
function watchReceipts(upstream: Upstream, onReceipt: (receipt: Acknowledged) => void): Upstream {
  const read = (answer: UpstreamAnswer) => {
    const { receipt } = ((answer.ok && answer.value) || {}) as { receipt?: { bytes: string } }
    if (receipt) onReceipt(JSON.parse(receipt.bytes))
    return answer
  }
  return {
    ...upstream,
    contact: async (input, signal) => read(await upstream.contact(input, signal)),
    push: async (pass, input, signal) => read(await upstream.push(pass, input, signal)),
  }
}
