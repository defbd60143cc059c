import {
  createGate,
  createLinkHasher,
  createRandomPool,
  createSignKeyPair,
  type DeviceGrant,
  exportPublicKey,
  type KeyRing,
  type LedgerStore,
  type RunningGate,
  type ShownVerdict,
  signStatement,
  type Upstream,
} from '@eventpass/sync'
import { deviceNoOf, deviceOf, gateOf, listOf, tenantOf } from '@eventpass/sync/testing'
import { eventTag, importVerifyKey } from '@eventpass/token'
import type { Disk } from '../src/files/disk.ts'
import { createLedgerFiles } from '../src/files/ledger-files.ts'
import { createSnapshotFiles } from '../src/files/snapshot-files.ts'
import { event, eventKey, kid } from './event.ts'

const name = 'ledger-1'
const { subtle } = crypto

/** A paired device's gate at work on a loaded manifest, as the door's worker runs it. */
export interface BenchGate {
  readonly scan: (text: string) => Promise<ShownVerdict>
  /** When the last scan was committed, by `performance.now`. */
  readonly committedAtMs: () => number
}

/**
 * Starts a gate without a network: everything is as at the door, but that central never answers.
 *
 * Its timers stand still, so that figures and passes, which follow a verdict after a pause, do not
 * fall into the next one.
 */
export async function openBenchGate(
  disk: Disk,
  manifest: { readonly name: string; readonly revision: number; readonly tickets: number },
): Promise<BenchGate> {
  const ledgers = createLedgerFiles(disk, createLinkHasher(subtle))
  const ring = await createKeys()
  const ledger = await ledgers.open(name)
  await ledger.writeFacts({ ...(await factsOfPairing()), manifest })
  await ledger.close()
  let committedAtMs = 0
  const openTimed = async (of: string) => {
    const store = await ledgers.open(of)
    const commitScan: LedgerStore['commitScan'] = async (scan) => {
      await store.commitScan(scan)
      committedAtMs = performance.now()
    }
    return { ...store, commitScan }
  }
  const gate = createGate({
    subtle,
    randomBytes: createRandomPool((bytes) => crypto.getRandomValues(bytes)),
    clock: { monoMs: () => performance.now(), wallMs: () => Date.now() },
    random: Math.random,
    sleep: () => new Promise(() => {}),
    ledgers: { ...ledgers, open: openTimed },
    snapshots: createSnapshotFiles(disk),
    keys: {
      read: async (of) => (of === name ? ring : null),
      write: async () => {},
      erase: async () => {},
    },
    upstream: () => silent,
    onWake: () => () => {},
    isStoragePersistent: async () => true,
    report: (fault) => {
      throw fault
    },
  })
  await counted(gate)
  return {
    committedAtMs: () => committedAtMs,
    scan: (text) =>
      gate.scan({
        source: { kind: 'text', text, input: 'camera' },
        act: 'entry',
        force: null,
        answer: null,
        answers: null,
        secondPerson: false,
      }),
  }
}

async function createKeys(): Promise<KeyRing> {
  const key = await importVerifyKey(subtle, eventKey)
  return {
    sign: await createSignKeyPair(subtle),
    wrap: null,
    eventKeys: [{ kid, retired: false, key }],
    pairing: null,
  }
}

async function factsOfPairing() {
  const central = await createSignKeyPair(subtle)
  const grant = {
    ...{ type: 'grant', tenant: tenantOf(1), event, eventName: 'Bench', device: deviceOf(1) },
    ...{ deviceNo: deviceNoOf(1), role: 'steward', list: listOf(1), gate: gateOf(1) },
    ...{ eventTag: await eventTag(subtle, event), otherTags: [], keys: [] },
    ...{ incarnation: 'bench', pinHash: null, leaseMs: null },
  } satisfies DeviceGrant
  return {
    centralKey: await exportPublicKey(subtle, central.publicKey),
    grant: await signStatement(subtle, central.privateKey, grant),
    ...{ list: grant.list, gate: grant.gate, incarnation: grant.incarnation },
  }
}

/** Resolves once the people inside are counted: a gate that just started has nothing left to do. */
function counted(gate: RunningGate): Promise<void> {
  return new Promise((resolve) => {
    gate.watch(({ stage, peopleInside }) => {
      if (stage === 'ready' && peopleInside !== null) resolve()
    })
  })
}

const unheard = async () => ({ ok: false, failure: { kind: 'unreachable' } }) as const
const silent: Upstream = {
  kind: 'central',
  ...{ pairStart: unheard, pairStatus: unheard, challenge: unheard, contact: unheard },
  ...{ push: unheard, pull: unheard, snapshot: unheard, fetchRange: unheard },
}
