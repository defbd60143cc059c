import type { Result } from '@eventpass/domain'
import { createUnwrapKeyPair } from '@eventpass/token'
import { openGrant } from '../gate/device.ts'
import type { DeviceFacts } from '../gate/device-facts.ts'
import type { GateDeps } from '../gate/gate-deps.ts'
import type { KeyRing } from '../gate/stores.ts'
import type { Upstream } from '../gate/upstream.ts'
import { callUpstream } from '../protocol/call-upstream.ts'
import { callMsMax } from '../protocol/limits.ts'
import { unwrapKeys } from '../protocol/take-keys.ts'
import { createSignKeyPair, exportPublicKey, signPairing } from '../sign/signature.ts'
import { PairStartOutput, PairStatusOutput, pairingCodeTextMax } from '../wire/pairing.ts'
import { PROTOCOL_VERSION } from '../wire/version.ts'
import { pairingWords } from './words.ts'

/** Calls to open one pairing: a second where the first brought nothing, since its answer may be lost alone. */
const pairTriesMax = 2

/** A pairing that waits for a person, or why there is none, in words. */
export type PairingStarted =
  | {
      readonly state: 'waiting'
      readonly ring: KeyRing & { readonly pairing: NonNullable<KeyRing['pairing']> }
      readonly expiresInMs: number
    }
  | {
      readonly state: 'failed'
      readonly message: string
      /** False where central may have used the code up for these keys, and told it to nobody. */
      readonly answered: boolean
    }

/** The keys of a device to be. */
export async function makePairingKeys(subtle: SubtleCrypto): Promise<KeyRing> {
  const [sign, wrap] = [await createSignKeyPair(subtle), await createUnwrapKeyPair(subtle)]
  return { sign, wrap, eventKeys: [], pairing: null }
}

/**
 * Opens a pairing with a link's one-time code: proves the signing key, and computes the four words
 * for itself (DV1). Asking again under the same keys changes nothing (LG7).
 */
export async function startPairing(
  deps: GateDeps,
  upstream: Upstream,
  stop: AbortSignal,
  { sign, wrap }: KeyRing,
  code: string,
  label: string,
): Promise<PairingStarted> {
  const { subtle, clock } = deps
  if (!wrap || code.length < 16 || code.length > pairingCodeTextMax) {
    const message = 'That is no pairing link. Ask the organiser for a new one.'
    return { ...failed(message), answered: false }
  }
  const signKey = await exportPublicKey(subtle, sign.publicKey)
  const wrapKey = await exportPublicKey(subtle, wrap.publicKey)
  const claim = { code, signKey, wrapKey }
  const proof = await signPairing(subtle, sign.privateKey, claim)
  const input = { protocol: PROTOCOL_VERSION, ...claim, proof, label: label.slice(0, 80) }
  const ask = () =>
    callUpstream(deps, stop, callMsMax, PairStartOutput, (signal) =>
      upstream.pairStart(input, signal),
    )
  let output = await ask()
  for (let tries = 1; tries < pairTriesMax && isUnheard(output); tries += 1) output = await ask()
  if (!output.ok) {
    const answered = output.failure.kind === 'refused'
    return { ...failed(failureInWords(output.failure)), answered }
  }

  const { device, poll, words, expiresInMs } = output.value
  const own = await pairingWords(subtle, signKey, wrapKey, code)
  if (own.join(' ') !== words.join(' ')) {
    const message = 'The other side holds other keys than this tablet. Do not go on; ask for help.'
    return { ...failed(message), answered: true }
  }
  const expiresAtWallMs = Math.floor(clock.wallMs()) + expiresInMs
  const pairing = { device, poll, words: own, expiresAtWallMs }
  return { state: 'waiting', ring: { sign, wrap, eventKeys: [], pairing }, expiresInMs }
}

function isUnheard(output: Result<unknown, { readonly kind: string }>): boolean {
  return !output.ok && output.failure.kind === 'unreachable'
}

/** What a person said to a pairing. */
export type PairingAsked =
  | { readonly state: 'waiting' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'accepted'; readonly facts: DeviceFacts; readonly ring: KeyRing }

/** Asks once whether a person has accepted; no answer is `waiting`. */
export async function askPairing(
  deps: GateDeps,
  upstream: Upstream,
  stop: AbortSignal,
  ring: KeyRing,
): Promise<PairingAsked> {
  const { pairing } = ring
  if (!pairing) return failed('There is no pairing to go on with. Open the link again.')
  const { device, poll } = pairing
  const output = await callUpstream(deps, stop, callMsMax, PairStatusOutput, (signal) =>
    upstream.pairStatus({ device, poll }, signal),
  )
  if (!output.ok) {
    const refused = output.failure.kind === 'refused'
    return refused ? failed(failureInWords(output.failure)) : { state: 'waiting' }
  }
  switch (output.value.state) {
    case 'waiting':
      return { state: 'waiting' }
    case 'refused':
      return failed('The organiser refused this tablet.')
    case 'expired':
      return failed('The link has run out. Ask the organiser for a new one.')
    case 'accepted':
      return accept(deps, ring, device, output.value)
  }
}

async function accept(
  deps: GateDeps,
  ring: KeyRing,
  device: string,
  told: { readonly centralKey: string; readonly grant: DeviceFacts['grant'] },
): Promise<PairingAsked> {
  const opened = await openGrant(deps.subtle, told.centralKey, told.grant).catch(() => null)
  if (opened?.grant.device !== device) {
    return failed('What this tablet may do is not signed by central. Open the link again.')
  }
  const { grant } = opened
  const eventKeys = await unwrapKeys(deps.subtle, ring.wrap, grant.keys)
  return {
    state: 'accepted',
    ring: { ...ring, eventKeys, pairing: null },
    facts: {
      ...{ centralKey: told.centralKey, grant: told.grant, incarnation: grant.incarnation },
      ...{ list: grant.list, gate: grant.gate, standing: null, manifest: null, download: null },
      ...{ loads: null, reload: null, currentAt: null, leaseUsedMs: null, intent: null },
    },
  }
}

function failed(message: string) {
  return { state: 'failed', message } as const
}

function failureInWords(failure: { readonly kind: string; readonly message?: string }): string {
  switch (failure.kind) {
    case 'refused':
      return failure.message ?? 'The link was refused.'
    case 'busy':
      return 'Too many tries. Wait a minute, then open the link again.'
    case 'unreadable':
      return 'The network answered with a page of its own. Sign in to it, then open the link again.'
    default:
      return 'Central cannot be reached. Check the network, then open the link again.'
  }
}
