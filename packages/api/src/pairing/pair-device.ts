import { type DeviceId, fail, ok, type Result, type TenantId } from '@eventpass/domain'
import {
  base64urlFromBytes,
  bytesFromBase64url,
  type DeviceGrant,
  type PairStartInput,
  type PairStartOutput,
  type PairStatusOutput,
  pairingWords,
  signStatement,
  verifyPairing,
} from '@eventpass/sync'
import type { z } from 'zod'
import type { LimitsDep } from '../limits/rate-limiter.ts'
import { type KeyDeps, wrapKeys } from '../manifest/wrap-keys.ts'
import type { PlatformDep } from '../platform.ts'
import { randomUuid, sha256Hex } from '../random-ids.ts'
import type { LookupsDep } from '../tenancy/tenancy.ts'
import type { PairedDevice, PairingStore } from './pairing-store.ts'

/** A person has so long to compare the words and accept. */
export const pairingWaitMs = 10 * 60_000
const secretBytes = 16

export interface PairingDeps extends KeyDeps, PlatformDep, LookupsDep, LimitsDep {
  readonly centralKey: CryptoKey
  /** Raw point of central's signing key, base64url: what devices pin. */
  readonly centralPoint: string
  readonly incarnation: string
  readonly tx: <T>(
    tenant: TenantId,
    work: (stores: { readonly pairing: PairingStore }) => Promise<T>,
  ) => Promise<T>
}

export interface PairingRefused {
  readonly kind: 'pairing_refused' | 'too_many_attempts' | 'unknown_device'
  readonly message: string
}

const badCode = {
  kind: 'pairing_refused',
  message:
    'This pairing link is unknown, used, or older than 10 minutes. Ask the organiser for a new one.',
} as const

/** Pairings that one address may try in a minute (DV1); a code has 128 bits, so this guards the database alone. */
const attemptsAMinuteMax = 30

/**
 * Opens a pairing: uses the code up and shows four words on both screens (DV1). A device that did not
 * hear the answer asks again under the same keys, and is told the same for as long as it waits.
 */
export async function startPairing(
  deps: PairingDeps,
  input: PairStartInput & { readonly peer: string },
): Promise<Result<z.input<typeof PairStartOutput>, PairingRefused>> {
  if (!(await deps.limits.take(`pair/${input.peer}`, attemptsAMinuteMax, 60_000))) {
    return fail({
      kind: 'too_many_attempts',
      message: 'Too many pairings were tried from here. Wait a minute, then open the link again.',
    })
  }
  if (!(await isWellProved(deps, input))) {
    return fail({
      kind: 'pairing_refused',
      message: 'The device did not prove its key. Open the pairing link again.',
    })
  }
  const codeHash = await sha256Hex(deps, input.code)
  const found = await deps.lookups.findPairingCode(codeHash)
  if (!found) return fail(badCode)

  const nowMs = deps.now()
  const poll = await pollSecret(deps, found.tenant, input)
  const words = await pairingWords(deps.subtle, input.signKey, input.wrapKey, input.code)
  const pollHash = await sha256Hex(deps, poll)
  const id = randomUuid<DeviceId>(deps)
  return deps.tx(found.tenant, async ({ pairing }) => {
    const opened = await pairing.takeCode(codeHash, nowMs)
    if (!opened) {
      const waiting = await pairing.findWaiting(found.event, pollHash, nowMs)
      if (!waiting) return fail(badCode)
      const { id: device, waitsUntilMs } = waiting
      return ok({ device, poll, words: [...words], expiresInMs: waitsUntilMs - nowMs })
    }
    const { label, signKey, wrapKey } = input
    const waitsUntilMs = nowMs + pairingWaitMs
    await pairing.addWaiting(
      { ...opened, id, label, signKey, wrapKey, words, pollHash, waitsUntilMs },
      nowMs,
    )
    return ok({ device: id, poll, words: [...words], expiresInMs: pairingWaitMs })
  })
}

/**
 * The secret of one code under one pair of keys: the same whenever it is asked for, so that a repeat finds
 * its device by it, and nobody's who does not hold central's keys.
 */
async function pollSecret(
  { subtle, tenantKey }: PairingDeps,
  tenant: TenantId,
  { code, signKey, wrapKey }: PairStartInput,
): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const
  const key = await subtle.importKey('raw', await tenantKey(tenant), algorithm, false, ['sign'])
  const meant = JSON.stringify(['eventpass/poll/v1', code, signKey, wrapKey])
  const mac = await subtle.sign('HMAC', key, new TextEncoder().encode(meant))
  return base64urlFromBytes(new Uint8Array(mac, 0, secretBytes))
}

/** Tells the device whether a person has accepted it, and then hands it its grant. */
export async function readPairing(
  deps: PairingDeps,
  device: DeviceId,
  poll: string,
): Promise<Result<z.input<typeof PairStatusOutput>, PairingRefused>> {
  const unknown = {
    kind: 'unknown_device',
    message: 'No such pairing here. Start it anew.',
  } as const
  const found = await deps.lookups.findDevice(device)
  if (!found) return fail(unknown)
  const { tenant } = found
  const pollHash = await sha256Hex(deps, poll)
  return deps.tx(tenant, async ({ pairing }) => {
    const paired = await pairing.getDevice(device)
    if (!paired || paired.pollHash !== pollHash) return fail(unknown)
    if (paired.state === 'waiting') {
      return ok({ state: (paired.waitsUntilMs ?? 0) < deps.now() ? 'expired' : 'waiting' })
    }
    if (paired.state !== 'active') return ok({ state: 'refused' })
    const grant = await makeGrant(deps, { tenant, device }, paired, pairing)
    return ok({
      state: 'accepted',
      centralKey: deps.centralPoint,
      grant: await signStatement(deps.subtle, deps.centralKey, grant),
    })
  })
}

async function makeGrant(
  deps: PairingDeps,
  { tenant, device }: { readonly tenant: TenantId; readonly device: DeviceId },
  paired: PairedDevice,
  pairing: PairingStore,
): Promise<DeviceGrant> {
  const { event, role, list, gate, deviceNo, wrapKey } = paired
  const granted = await pairing.readEvent(event)
  return {
    type: 'grant',
    tenant,
    event,
    eventName: granted.name,
    device,
    deviceNo,
    role,
    list,
    gate,
    eventTag: granted.tag,
    otherTags: [...granted.otherTags],
    keys: await wrapKeys(deps, { tenant, event, wrapKey }, granted.kids),
    incarnation: deps.incarnation,
    pinHash: granted.pinHash,
    leaseMs: granted.leaseMs,
  }
}

/** Both keys are points of the curve, and the signing key signed for this very code (DV1). */
async function isWellProved({ subtle }: PairingDeps, input: PairStartInput): Promise<boolean> {
  const wrapPoint = bytesFromBase64url(input.wrapKey)
  if (!wrapPoint) return false
  const curve = { name: 'ECDH', namedCurve: 'P-256' } as const
  const isPoint = await subtle.importKey('raw', wrapPoint, curve, true, []).then(
    () => true,
    () => false,
  )
  return isPoint && verifyPairing(subtle, input)
}
