import { fail, type InviteeNo, ok, type Result } from '@eventpass/domain'
import { type Device, standingOf } from '../gate/device.ts'
import type { GateDeps } from '../gate/gate-deps.ts'
import type { NodePass } from '../gate/node-pass.ts'
import type { Upstream } from '../gate/upstream.ts'
import type { SyncFailure } from './call-upstream.ts'
import { exchangeContact } from './exchange-contact.ts'
import type { OnLoading } from './fetch-bytes.ts'
import { claimMsMax, contactEveryMs, passSlackMs } from './limits.ts'
import { loadSnapshot } from './load-snapshot.ts'
import { type Pulled, pullChanges } from './pull-changes.ts'
import { type Pushed, pushPending } from './push-pending.ts'
import { isUnwiped, wipeDevice } from './wipe-device.ts'

/** What a pass tells while it goes on. */
export interface PassEvents {
  readonly onLoading: OnLoading
  /** Scans were taken off pending, or something else that the screen shows has changed. */
  readonly onProgress: () => void
  readonly onPushed: (pushed: Pushed) => void
  /** Scans of these invitees were heard. */
  readonly onHeard: (invitees: readonly InviteeNo[]) => Promise<void>
  /** Another manifest decides, or another list is checked. */
  readonly onPlaceChanged: () => Promise<void>
}

/** Passes of one device, with what one pass leaves to the next. */
export interface Passes {
  readonly run: (upstream: Upstream, stop: AbortSignal) => Promise<Result<void, SyncFailure>>
}

/**
 * One pass: contact, push, then pull; push before pull, so that what was admitted here
 * is safe before anything else is asked for.
 *
 * It can end anywhere, by a failure, a kill or a lost answer, and the next one goes on.
 */
export function createPasses(deps: GateDeps, device: Device, events: PassEvents): Passes {
  let pass: NodePass | null = null

  const hasPass = async (upstream: Upstream) => {
    if (pass?.upstream !== upstream || device.mustMeet) return false
    const nowMs = deps.clock.monoMs()
    const fresh = nowMs < pass.endsAtMonoMs - passSlackMs
    const recent = nowMs - pass.madeAtMonoMs < contactEveryMs
    // A push opens with a contact, so that the time of what is pushed is narrow (TM).
    return fresh && recent && (await device.ledger.countPending()) === 0
  }

  const steps = async (upstream: Upstream, stop: AbortSignal) => {
    if (device.ring === null) return fail({ kind: 'stopped' } as const)
    if (!pass || !(await hasPass(upstream))) {
      const made = await exchangeContact(deps, device, upstream, stop)
      if (!made.ok) return made
      pass = made.value
      device.mustMeet = false
      device.claimPass = isQuick(device) ? pass : null
      events.onProgress()
    }
    return pushAndPull(deps, device, pass, stop, events)
  }

  return {
    async run(upstream, stop) {
      const result = await steps(upstream, stop)
      // A node that took the pass away gives another for a new contact.
      if (!result.ok) {
        pass = null
        device.claimPass = null
      }
      return result
    },
  }
}

/** Over a line that is slower than a steward waits nothing is claimed. */
function isQuick({ lastContact }: Device): boolean {
  return lastContact !== null && lastContact.trMs - lastContact.tiMs < claimMsMax
}

async function pushAndPull(
  deps: GateDeps,
  device: Device,
  pass: NodePass,
  stop: AbortSignal,
  events: PassEvents,
): Promise<Result<void, SyncFailure>> {
  const pushed = await pushPending(deps, device, pass, stop, events.onProgress)
  if (pushed.ok) events.onPushed(pushed.value)
  if (device.facts.standing === 'revoked') {
    // Pushed first, or kept sealed: access ends at this contact either way (DV3).
    if (isUnwiped(device)) {
      await wipeDevice(deps, device, 'revoked')
      await events.onPlaceChanged()
    }
    return pushed.ok ? ok(undefined) : pushed
  }
  if (!pushed.ok) return pushed
  if (standingOf(device) === 'active') {
    const pulled = await pullAll(deps, device, pass, stop, events)
    if (!pulled.ok) return pulled
  }
  return pushed.value.refused === null ? ok(undefined) : fail(notTaken(pushed.value.refused))
}

/** Central kept the push aside, so the next try waits longer and longer (SY3, SY6). */
function notTaken(reason: NonNullable<Pushed['refused']>) {
  const message =
    reason === 'chain'
      ? 'Central holds other scans of this tablet than expected. They are sent again.'
      : 'Central does not take this tablet’s scans. They are kept here. Pair it anew.'
  return { kind: 'refused', code: `push_${reason}`, message } as const
}

async function pullAll(
  deps: GateDeps,
  device: Device,
  pass: NodePass,
  stop: AbortSignal,
  events: PassEvents,
): Promise<Result<void, SyncFailure>> {
  if (device.manifest === null || device.facts.reload) {
    const loaded = await load(deps, device, pass, stop, events)
    if (!loaded.ok) return loaded
  }
  const first = await pull(deps, device, pass, stop, events)
  if (!first.ok || !first.value.wantsSnapshot) return first.ok ? ok(undefined) : first
  const loaded = await load(deps, device, pass, stop, events)
  if (!loaded.ok) return loaded
  // Once more: what changed since the snapshot was built.
  const second = await pull(deps, device, pass, stop, events)
  return second.ok ? ok(undefined) : second
}

async function pull(
  deps: GateDeps,
  device: Device,
  pass: NodePass,
  stop: AbortSignal,
  events: PassEvents,
): Promise<Result<Pulled, SyncFailure>> {
  const pulled = await pullChanges(deps, device, pass, stop, events.onHeard)
  if (pulled.ok && pulled.value.moved) await events.onPlaceChanged()
  return pulled
}

async function load(
  deps: GateDeps,
  device: Device,
  pass: NodePass,
  stop: AbortSignal,
  events: PassEvents,
): Promise<Result<void, SyncFailure>> {
  const loaded = await loadSnapshot(deps, device, pass, stop, events.onLoading)
  if (loaded.ok) await events.onPlaceChanged()
  return loaded
}
