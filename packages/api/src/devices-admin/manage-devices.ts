import {
  type DeviceId,
  type DeviceRole,
  type EventId,
  fail,
  type GateId,
  type ListId,
  ok,
  type Result,
  type TenantId,
  type UserId,
} from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import { type EventNotFound, eventNotFound } from '../events/edit-event.ts'
import type { LimitsDep } from '../limits/rate-limiter.ts'
import type { PlatformDep } from '../platform.ts'
import { randomSecret, sha256Hex } from '../random-ids.ts'
import type { TenancyDep, TenantTx } from '../tenancy/tenancy.ts'
import type { DeviceDetails, DeviceState } from './device-admin-store.ts'

/** DV1: a pairing link works for so long. */
export const pairingCodeMs = 10 * 60_000
/** DV1: 128 bits. */
const pairingCodeBytes = 16
export const pairingCodesPerHourMax = 500
const devicesPerEventMax = 2_000

export interface DeviceRefused {
  readonly kind:
    | 'device_not_found'
    | 'pairing_not_found'
    | 'wrong_state'
    | 'unknown_place'
    | 'too_many_attempts'
  readonly message: string
}

type ManageDeps = TenancyDep & PlatformDep

/** Where a device stands and what its holder may do. */
export interface DevicePlace {
  readonly list: ListId
  readonly gate: GateId
  readonly role: DeviceRole
}

export interface PairingLink {
  /** What it is asked for by: SHA-256 of its code, hex. */
  readonly pairing: string
  /** What the door opens: an origin-relative link with the code in its fragment. */
  readonly path: string
  readonly expiresMs: number
}

/** Makes a link that pairs one device, once, within ten minutes (DV1). Only its hash is kept. */
export async function mintPairingLink(
  deps: ManageDeps & LimitsDep,
  by: { readonly tenant: TenantId; readonly user: UserId },
  actor: Actor,
  { event, ...place }: DevicePlace & { readonly event: EventId },
): Promise<Result<PairingLink, EventNotFound | DeviceRefused>> {
  if (!(await deps.limits.take(`pairing:${by.tenant}`, pairingCodesPerHourMax, 3_600_000))) {
    return fail({
      kind: 'too_many_attempts',
      message: `At most ${pairingCodesPerHourMax} pairing links an hour. Wait and try again.`,
    })
  }
  const code = randomSecret(deps, pairingCodeBytes)
  const hash = await sha256Hex(deps, code)
  const expiresMs = deps.now() + pairingCodeMs
  return deps.tx(by.tenant, async (tx) => {
    const stranger = await strangePlace(tx, event, place)
    if (stranger) return stranger
    await tx.devices.addPairingCode(
      { ...place, hash, event, expiresMs, createdBy: by.user },
      deps.now(),
    )
    await writeAudit(deps, tx, actor, {
      action: 'devices.pair',
      event,
      subjectKind: 'pairing_code',
      subjectId: hash.slice(0, 16),
      before: null,
      after: { ...place, expiresMs },
    })
    return ok({ pairing: hash, path: `/door/#pair=${code}`, expiresMs })
  })
}

/** Whether a tablet has come by a pairing link; refused once the link is too old to be used. */
export function readPairing(
  deps: ManageDeps,
  tenant: TenantId,
  pairing: string,
): Promise<Result<{ readonly used: boolean }, DeviceRefused>> {
  return deps.tx(tenant, async (tx) => {
    const code = await tx.devices.findPairingCode(pairing)
    if (code?.used) return ok({ used: true })
    if (code && code.expiresMs > deps.now()) return ok({ used: false })
    return fail({
      kind: 'pairing_not_found',
      message: 'This pairing link is older than 10 minutes. Make another.',
    })
  })
}

export function listDevices(
  deps: TenancyDep,
  tenant: TenantId,
  event: EventId,
): Promise<Result<readonly DeviceDetails[], EventNotFound>> {
  return deps.tx(tenant, async (tx) =>
    (await tx.events.find(event))
      ? ok(await tx.devices.findByEvent(event, devicesPerEventMax))
      : fail(eventNotFound),
  )
}

/** Lets a waiting device in, after a person has compared the four words (DV1). */
export function acceptDevice(
  deps: ManageDeps,
  tenant: TenantId,
  actor: Actor,
  id: DeviceId,
): Promise<Result<DeviceDetails, DeviceRefused>> {
  return change(deps, tenant, actor, id, 'accept', async (tx, device) => {
    if (device.state !== 'waiting') return wrongState(device.state, 'accepted')
    if (device.waitsUntilMs !== null && device.waitsUntilMs < deps.now()) {
      return fail({
        kind: 'wrong_state',
        message: 'This device has waited too long. Open a new pairing link on it.',
      })
    }
    const pairedMs = deps.now()
    await tx.devices.accept(id, pairedMs)
    return ok({ ...device, state: 'active', pairedMs })
  })
}

export function refuseDevice(
  deps: ManageDeps,
  tenant: TenantId,
  actor: Actor,
  id: DeviceId,
): Promise<Result<DeviceDetails, DeviceRefused>> {
  return change(deps, tenant, actor, id, 'refuse', async (tx, device) => {
    if (device.state !== 'waiting') return wrongState(device.state, 'refused')
    await tx.devices.refuse(id)
    return ok({ ...device, state: 'refused' })
  })
}

/**
 * Takes a device's rights away at its next contact (DV3). What it scanned beyond the head that
 * central has now is still taken in, and counts last (TM8): whoever holds it may be a stranger.
 */
export function revokeDevice(
  deps: ManageDeps,
  tenant: TenantId,
  actor: Actor,
  id: DeviceId,
): Promise<Result<DeviceDetails, DeviceRefused>> {
  return change(deps, tenant, actor, id, 'revoke', async (tx, device) => {
    if (device.state === 'refused' || device.state === 'revoked') {
      return wrongState(device.state, 'revoked')
    }
    await tx.devices.revoke(id, device.throughSeq)
    return ok({ ...device, state: 'revoked' })
  })
}

/** Puts a device at another list or gate of its event, or gives its holder another role. */
export function moveDevice(
  deps: ManageDeps,
  tenant: TenantId,
  actor: Actor,
  id: DeviceId,
  place: DevicePlace,
): Promise<Result<DeviceDetails, DeviceRefused>> {
  return change(deps, tenant, actor, id, 'move', async (tx, device) => {
    if (device.state !== 'active') return wrongState(device.state, 'moved')
    const stranger = await strangePlace(tx, device.event, place)
    if (stranger)
      return stranger.failure.kind === 'unknown_place' ? fail(stranger.failure) : notFound
    await tx.devices.move(id, place)
    return ok({ ...device, ...place })
  })
}

const notFound = fail({
  kind: 'device_not_found',
  message: 'There is no such device in this account.',
} as const)

async function change(
  deps: ManageDeps,
  tenant: TenantId,
  actor: Actor,
  id: DeviceId,
  verb: string,
  write: (tx: TenantTx, device: DeviceDetails) => Promise<Result<DeviceDetails, DeviceRefused>>,
): Promise<Result<DeviceDetails, DeviceRefused>> {
  return deps.tx(tenant, async (tx) => {
    const before = await tx.devices.lock(id)
    if (!before) return notFound
    const written = await write(tx, before)
    if (!written.ok) return written
    await writeAudit(deps, tx, actor, {
      action: `devices.${verb}`,
      event: before.event,
      subjectKind: 'device',
      subjectId: id,
      before,
      after: written.value,
    })
    return written
  })
}

async function strangePlace(tx: TenantTx, event: EventId, { list, gate }: DevicePlace) {
  if (!(await tx.events.find(event))) return fail(eventNotFound)
  const frame = await tx.events.readFrame(event)
  const known =
    frame.lists.some(({ id }) => id === list) && frame.gates.some(({ id }) => id === gate)
  if (known) return null
  return fail({
    kind: 'unknown_place',
    message: 'This event has no such list or gate. Choose from its own.',
  } as const)
}

function wrongState(state: DeviceState, verb: string) {
  const words = { pair_anew: 'to be paired anew' } as Partial<Record<DeviceState, string>>
  return fail({
    kind: 'wrong_state',
    message: `The device is ${words[state] ?? state} and cannot be ${verb} now. Look at the list again.`,
  } as const)
}
