import { type Contact, fail, ok, type Result } from '@eventpass/domain'
import { readClocks } from '../gate/clocks.ts'
import { type Device, saveFacts } from '../gate/device.ts'
import type { GateDeps } from '../gate/gate-deps.ts'
import type { NodePass } from '../gate/node-pass.ts'
import type { Upstream } from '../gate/upstream.ts'
import { signContact } from '../sign/signature.ts'
import { Challenge, ContactOutput } from '../wire/contact.ts'
import { PROTOCOL_VERSION } from '../wire/version.ts'
import { callUpstream, type SyncFailure } from './call-upstream.ts'
import { callMsMax } from './limits.ts'
import { meetReceipt } from './meet-receipt.ts'

/**
 * Makes a contact: asks for a challenge, answers it at once with head and clocks, signed (TM).
 *
 * Head and clocks are read in the device's serial section, while no scan is open,
 * so that every scan is made wholly before or wholly after. Asking again after an
 * unknown end opens another challenge and harms nothing (LG7).
 */
export async function exchangeContact(
  deps: GateDeps,
  device: Device,
  upstream: Upstream,
  stop: AbortSignal,
): Promise<Result<NodePass, SyncFailure>> {
  const challenge = await callUpstream(deps, stop, callMsMax, Challenge, (signal) =>
    upstream.challenge({ protocol: PROTOCOL_VERSION, device: device.grant.device }, signal),
  )
  if (!challenge.ok) return challenge
  const { ring } = device
  if (ring === null) return fail({ kind: 'stopped' })

  const claim = await device.serial.run(async () => {
    const { seq, hash } = await device.ledger.head()
    return {
      device: device.grant.device,
      nonce: challenge.value.nonce,
      headSeq: seq,
      headHash: hash,
      ...readClocks(deps.clock, device.epoch),
    }
  })
  const signature = await signContact(deps.subtle, ring.sign.privateKey, claim)
  const output = await callUpstream(deps, stop, callMsMax, ContactOutput, (signal) =>
    upstream.contact({ ...claim, signature }, signal),
  )
  if (!output.ok) return output

  const { nonce: _, ...clocks } = claim
  const { node, tiMs, trMs, pass, passMs, standing } = output.value
  const met = await meetReceipt(deps.subtle, device, output.value.receipt)
  if (!met.ok) return met
  await keepContact(device, { ...clocks, node, tiMs, trMs }, standing)
  return ok({
    upstream,
    pass,
    madeAtMonoMs: claim.monoMs,
    endsAtMonoMs: claim.monoMs + passMs,
    receipt: met.value,
  })
}

async function keepContact(
  device: Device,
  contact: Contact,
  standing: ContactOutput['standing'],
): Promise<void> {
  await device.ledger.saveContact(contact)
  device.lastContact = contact
  const told = standing === 'active' ? null : standing
  const { facts } = device
  // A fork that the device itself saw stays until it is paired anew; a lease begins anew.
  const kept = facts.standing === 'pair_anew' && told === null ? 'pair_anew' : told
  if (kept !== facts.standing || facts.leaseUsedMs !== 0) {
    await saveFacts(device, { standing: kept, leaseUsedMs: 0 })
  }
}
