import {
  type DeviceId,
  fail,
  ok,
  type Result,
  type ScanHash,
  type TenantId,
} from '@eventpass/domain'
import {
  type Challenge,
  type ContactOutput,
  importVerifyingKey,
  verifyContact,
} from '@eventpass/sync'
import type { ClaimStore } from '../claims/claim-store.ts'
import { sealReceipt } from '../ledger/accept-push.ts'
import type { CentralLedger, PushingDevice } from '../ledger/central-ledger.ts'
import { settleSignedHead } from '../ledger/settle-chain.ts'
import { issuePass, type PassDeps, passMs } from '../passes/pass.ts'
import type { PlatformDep } from '../platform.ts'
import { randomSecret, sha256Hex } from '../random-ids.ts'
import type { LookupsDep } from '../tenancy/tenancy.ts'
import type { ContactStore } from './contact-store.ts'

/** A challenge answered later than this proves nothing about time (TM). */
const challengeMsMax = 10_000
const nonceBytes = 16

export interface ContactDeps extends PassDeps, PlatformDep, LookupsDep {
  readonly centralKey: CryptoKey
  readonly incarnation: string
  /** This node's name in contacts. */
  readonly node: string
  readonly tx: <T>(
    tenant: TenantId,
    work: (stores: {
      readonly contacts: ContactStore
      readonly ledger: CentralLedger
      readonly claims: ClaimStore
    }) => Promise<T>,
  ) => Promise<T>
}

export interface ContactRefused {
  readonly kind: 'unknown_device' | 'contact_refused'
  readonly message: string
}

/** The device's half of a contact, parsed from the wire. */
export interface ContactReply {
  readonly device: DeviceId
  readonly nonce: string
  readonly headSeq: number
  readonly headHash: ScanHash
  readonly epoch: number
  readonly monoMs: number
  readonly wallMs: number
  readonly signature: string
}

const unknownDevice = {
  kind: 'unknown_device',
  message: 'This device is not paired here. Pair it anew with a link from the organiser.',
} as const

/** Opens a contact: a fresh nonce with this node's time, good for one reply within 10 s. */
export async function challengeDevice(
  deps: ContactDeps,
  device: DeviceId,
): Promise<Result<Challenge, ContactRefused>> {
  const found = await deps.lookups.findDevice(device)
  if (!found) return fail(unknownDevice)
  const nonce = randomSecret(deps, nonceBytes)
  const nonceHash = await sha256Hex(deps, nonce)
  const tiMs = await deps.tx(found.tenant, ({ contacts }) =>
    contacts.openChallenge(device, nonceHash),
  )
  return ok({ nonce, node: deps.node, nodeEpoch: 0, nodeMonoMs: tiMs, tiMs })
}

/**
 * Closes a contact: stamps Tr, checks the device's signature, keeps what rules
 * read of it, and answers a pass with the device's standing and receipt.
 */
export async function acceptContact(
  deps: ContactDeps,
  reply: ContactReply,
): Promise<Result<ContactOutput, ContactRefused>> {
  const found = await deps.lookups.findDevice(reply.device)
  if (!found) return fail(unknownDevice)
  const { tenant } = found
  const nonceHash = await sha256Hex(deps, reply.nonce)
  return deps.tx(tenant, async ({ contacts, ledger, claims }) => {
    // The stamp comes first: what follows takes time that is none of the network's.
    const times = await contacts.takeChallenge(reply.device, nonceHash, challengeMsMax)
    const device = await ledger.lockDevice(reply.device)
    if (!device) return fail(unknownDevice)
    if (!times)
      return refused('The challenge is unknown, used, or older than 10 s. Ask for another.')
    const key = await importVerifyingKey(deps.subtle, device.signKey)
    if (!key || !(await verifyContact(deps.subtle, key, reply))) {
      return refused('The signature is not this device’s. Pair it anew if its keys were lost.')
    }
    const { nonce: _, signature: __, ...clocks } = reply
    await contacts.saveContact({ ...clocks, node: deps.node, ...times })
    const signed = { seq: reply.headSeq, hash: reply.headHash }
    const { forked, touched } = await settleSignedHead(ledger, reply.device, device, signed)
    const contested = await ledger.findContestedKeys(reply.device, reply.headSeq)
    const dirty = [...touched, ...contested]
    if (dirty.length > 0) await ledger.enqueueDirty(device.event, dirty)
    await claims.fence(reply.device, reply.epoch, reply.headSeq)
    const head = { seq: device.throughSeq, hash: device.throughHash }
    return ok({
      pass: await issuePass(deps, { tenant, device: reply.device }),
      passMs,
      node: deps.node,
      ...times,
      incarnation: deps.incarnation,
      receipt: await sealReceipt(deps, reply.device, head),
      standing: standingOf(device.state, forked),
    })
  })
}

/** A forked device must be paired anew, unless its access ended anyway. */
function standingOf(state: PushingDevice['state'], forked: boolean): ContactOutput['standing'] {
  if (state === 'retired') return 'revoked'
  return state === 'active' && forked ? 'pair_anew' : state
}

function refused(message: string) {
  return fail({ kind: 'contact_refused', message } as const)
}
