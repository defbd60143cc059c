import { webcrypto } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { openNativeStores } from '@eventpass/replica/native'
import {
  createGate,
  createLinkHasher,
  type GateStatus,
  type RunningGate,
  type ShownVerdict,
  type Upstream,
} from '@eventpass/sync'

/** A gate's engine over files, as a tablet runs it, paired and ready. */
export interface RealGate {
  readonly show: (token: string) => Promise<ShownVerdict>
  /** Resolves when central has everything and has said so. */
  readonly handIn: () => Promise<void>
  readonly stop: () => Promise<void>
}

export async function openRealGate(
  folder: string,
  upstream: Upstream,
  pairing: { readonly code: string; readonly accept: () => Promise<void> },
): Promise<RealGate> {
  const rings = new Map<string, unknown>()
  const subtle = webcrypto.subtle as SubtleCrypto
  let status: GateStatus | null = null
  const gate: RunningGate = createGate({
    subtle,
    randomBytes: (count) => webcrypto.getRandomValues(new Uint8Array(count)),
    clock: { monoMs: () => performance.now(), wallMs: () => Date.now() },
    random: () => Math.random(),
    sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    ...(await openNativeStores(folder, createLinkHasher(subtle))),
    keys: {
      read: async (name) => (rings.get(name) ?? null) as never,
      write: async (name, ring) => void rings.set(name, ring),
      erase: async (name) => void rings.delete(name),
    },
    upstream: () => upstream,
    onWake: () => () => {},
    isStoragePersistent: async () => true,
    report: () => {},
  })
  gate.watch((now) => {
    status = now
  })
  const until = async (holds: (now: GateStatus) => boolean) => {
    while (!status || !holds(status)) await delay(50)
  }
  const view = await gate.pair(pairing.code, 'Real tablet')
  if (view.state !== 'waiting') throw new Error(view.message)
  await pairing.accept()
  await until(({ stage }) => stage === 'ready')
  return {
    show: (text) =>
      gate.scan({
        source: { kind: 'text', text, input: 'camera' },
        ...{ act: 'entry', force: null, answer: null, answers: null, secondPerson: false },
      }),
    async handIn() {
      while ((status?.pending ?? 1) > 0) {
        await gate.syncNow().catch(() => undefined)
        await delay(100)
      }
    },
    stop: gate.stop,
  }
}
