import { askPairing, makePairingKeys, startPairing } from '../pairing/pair-device.ts'
import { unwrapKeys } from '../protocol/take-keys.ts'
import type { Device } from './device.ts'
import type { DeviceFacts } from './device-facts.ts'
import type { PairingView } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import type { KeyRing } from './stores.ts'

/** Where keys lie that were sent and not answered, so that the link opened again finds them also after a reload. */
const sentKeys = 'pairing'
/** Between two questions whether a person has accepted. */
const pairPollMs = 2_000
/** Central says when a code has run out; this long after, a gate that hears nothing gives up. */
const pairGraceMs = 60_000

/** What a pairing that goes on in the background tells. */
export interface PairingEvents {
  /**
   * Whether the device that works now has handed in all that it holds, to this life of central's
   * database; it then takes no more scans.
   */
  readonly mayReplace: (life: string) => Promise<boolean>
  readonly onAccepted: (name: string) => Promise<void>
  readonly onFailed: (message: string) => Promise<void>
}

/** A pairing under way, for the ledger `name`. */
export interface OpenPairing {
  readonly words: readonly string[]
  /** Forgets it, unless it was accepted meanwhile. */
  readonly cancel: () => Promise<void>
  /** Stops asking; a later start goes on. */
  readonly pause: () => Promise<void>
}

/** Opens a pairing and keeps it over restarts; `open` is null where it failed at once. */
export async function openPairing(
  deps: GateDeps,
  name: string,
  code: string,
  label: string,
  events: PairingEvents,
): Promise<{ readonly view: PairingView; readonly open: OpenPairing | null }> {
  const stop = new AbortController()
  const sent = await deps.keys.read(sentKeys)
  const keys = sent ?? (await makePairingKeys(deps.subtle))
  if (!sent) await deps.keys.write(sentKeys, keys)
  const started = await startPairing(deps, deps.upstream(), stop.signal, keys, code, label)
  // Before the ring is written: two devices must never come by the same keys.
  if (started.state === 'waiting' || started.answered) await deps.keys.erase(sentKeys)
  if (started.state === 'failed') {
    const { state, message } = started
    return { view: { state, message }, open: null }
  }
  const { ring, expiresInMs } = started
  await deps.keys.write(name, ring)
  const { words } = ring.pairing
  return {
    view: { state: 'waiting', words, expiresInMs },
    open: followPairing(deps, name, ring, events),
  }
}

/** Asks again and again until a person has decided; also after a restart. */
export function followPairing(
  deps: GateDeps,
  name: string,
  ring: KeyRing,
  events: PairingEvents,
): OpenPairing {
  const stop = new AbortController()
  const ended = follow(deps, name, ring, events, stop.signal).catch((fault: unknown) => {
    deps.report(fault)
    return false
  })
  return {
    words: ring.pairing?.words ?? [],
    async cancel() {
      stop.abort()
      const accepted = await ended
      if (!accepted) await deps.keys.erase(name)
    },
    async pause() {
      stop.abort()
      await ended
    },
  }
}

/** Ends with true where the device exists now. */
async function follow(
  deps: GateDeps,
  name: string,
  ring: KeyRing,
  events: PairingEvents,
  stop: AbortSignal,
): Promise<boolean> {
  const endsAtMs = (ring.pairing?.expiresAtWallMs ?? 0) + pairGraceMs
  while (!stop.aborted) {
    const asked = await askPairing(deps, deps.upstream(), stop, ring)
    if (stop.aborted) return false
    if (asked.state === 'accepted' && (await events.mayReplace(asked.facts.incarnation))) {
      await keepPairing(deps, name, asked.facts, asked.ring)
      await events.onAccepted(name)
      return true
    }
    const late = deps.clock.wallMs() > endsAtMs
    if (asked.state === 'failed' || late) {
      await deps.keys.erase(name)
      const message = 'Central was not heard in time. Open the link again.'
      await events.onFailed(asked.state === 'failed' ? asked.message : message)
      return false
    }
    await deps.sleep(pairPollMs, stop)
  }
  return false
}

/** The ledger first: from then on the device exists, and `finishKeys` can make up for the rest. */
async function keepPairing(
  deps: GateDeps,
  name: string,
  facts: DeviceFacts,
  ring: KeyRing,
): Promise<void> {
  const ledger = await deps.ledgers.open(name)
  await ledger.writeFacts(facts)
  await ledger.close()
  await deps.keys.write(name, ring)
}

/** Ends a pairing that was killed between its two writes. */
export async function finishKeys(deps: GateDeps, device: Device): Promise<void> {
  const { ring, grant, name } = device
  if (!ring?.pairing) return
  const eventKeys = await unwrapKeys(deps.subtle, ring.wrap, grant.keys)
  device.ring = { ...ring, eventKeys, pairing: null }
  await deps.keys.write(name, device.ring)
}
