import type { ManifestTicket } from '../manifest.ts'
import type { ScanBody } from '../scan.ts'
import type { DecideInput, KnownUse, Voucher } from './decide-input.ts'

/** So long a code that let its holder in speaks for the rest of the party: they stand at the gate together. */
export const VOUCHED_MS_MAX = 5 * 60_000

/** What a device knows of a companion's admit besides the scan itself. */
export interface Companion {
  /** The row that the companion's code names, or null. */
  readonly ticket: ManifestTicket | null
  readonly uses: readonly KnownUse[]
  /** Ms since, by the monotonic clock of one epoch; null where that cannot be told. */
  readonly agoMs: number | null
}

/**
 * What an admit of this device vouches for, or null (DC11).
 *
 * Only a code that was seen does, and only while its admit stands: a row picked
 * by name, or vouched for itself, speaks for nobody.
 */
export function voucherOf(admit: ScanBody, { ticket, uses, agoMs }: Companion): Voucher | null {
  const party = ticket?.digest === admit.digest ? (ticket?.party ?? null) : null
  const letIn = admit.verdict === 'admit' && admit.act === 'entry' && admit.input !== 'search'
  const recent = agoMs !== null && agoMs >= 0 && agoMs <= VOUCHED_MS_MAX
  const voided = uses.some(({ act, target }) => act === 'void' && target === admit.id)
  if (party === null || !letIn || !recent || voided) return null
  return { scan: admit.id, party, list: admit.list }
}

/** Whether a companion's code in hand speaks for the row that was picked. */
export function isVouched(
  { token, voucher, list, act }: Pick<DecideInput, 'token' | 'voucher' | 'list' | 'act'>,
  ticket: ManifestTicket | null,
): boolean {
  if (token.kind !== 'by_name' || voucher === null || act !== 'entry') return false
  return voucher.list === list && voucher.party === ticket?.party
}
