import {
  type ClockReading,
  type ScanBody,
  type ScanId,
  type Voucher,
  voucherOf,
} from '@eventpass/domain'
import type { Device } from './device.ts'
import { findKnownUses } from './known-uses.ts'

/** Longest chain of attentions that one choice answers; `answeringOf` takes no more. */
const attentionsMax = 8

/** What a choice answers, newest first, each as it was recorded: attentions, and last the admit of a companion. */
export async function findAnswered(device: Device, answers: ScanId): Promise<readonly ScanBody[]> {
  const shown: ScanBody[] = []
  let next: ScanId | null = answers
  while (next !== null && shown.length <= attentionsMax) {
    const scan = await device.ledger.getScan(next)
    if (!scan) return []
    shown.push(scan.body)
    next = scan.body.verdict === 'attention' ? scan.body.answers : null
  }
  return shown
}

/** What the companion's admit that a row was picked from speaks for (DC11). */
export async function findVoucher(
  device: Device,
  clocks: ClockReading,
  admit: ScanBody,
): Promise<Voucher | null> {
  if (admit.verdict !== 'admit' || admit.digest === null || !device.manifest) return null
  const ticket = await device.manifest.store.findTicket(admit.digest)
  const uses = await findKnownUses(device, ticket?.invitee ?? null, admit.digest)
  const agoMs = admit.epoch === clocks.epoch ? clocks.monoMs - admit.monoMs : null
  return voucherOf(admit, { ticket, uses, agoMs })
}
