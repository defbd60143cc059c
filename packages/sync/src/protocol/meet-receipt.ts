import { fail, ok, type Result } from '@eventpass/domain'
import { type Device, saveFacts } from '../gate/device.ts'
import { openSigned } from '../sign/signature.ts'
import { Receipt } from '../wire/contact.ts'
import type { Signed } from '../wire/primitives.ts'
import type { SyncFailure } from './call-upstream.ts'

/**
 * Takes scans off pending by what central signed, and by nothing else (SY2).
 *
 * Another incarnation is another life of central's database: what lies above its
 * head for this device is pending again, and what it told before is told anew. A receipt about links that this ledger
 * does not hold means that the device was cloned or restored: it must pair anew.
 */
export async function meetReceipt(
  subtle: SubtleCrypto,
  device: Device,
  signed: Signed,
): Promise<Result<Receipt, SyncFailure>> {
  const opened = await openSigned(subtle, device.centralKey, signed, Receipt)
  if (!opened.ok) return fail({ kind: 'untrusted', message: 'A receipt is not signed by central.' })
  const receipt = opened.value
  if (receipt.device !== device.grant.device) {
    return fail({ kind: 'untrusted', message: 'A receipt is for another device.' })
  }
  const sameLife = receipt.incarnation === device.facts.incarnation
  const held = await device.ledger.applyReceipt(receipt)
  if (!sameLife) {
    await device.ledger.pendAgain(held ? receipt.throughSeq : 0)
    await device.ledger.forgetMarks()
  }
  if (!sameLife || (!held && device.facts.standing !== 'pair_anew')) {
    await saveFacts(device, {
      incarnation: receipt.incarnation,
      // Rows of the lost life may be in the manifest: only a whole one is sure not to have them.
      ...(sameLife ? {} : { reload: true }),
      ...(held ? {} : { standing: 'pair_anew' }),
    })
  }
  return ok(receipt)
}
