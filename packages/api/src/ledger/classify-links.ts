import type { Digest, InviteeNo, Quarantine } from '@eventpass/domain'
import type { ReadScan } from '@eventpass/sync'
import type { NewScan, PushingDevice, StoredLink } from './central-ledger.ts'

/**
 * Turns checked links into rows, with the facts that only the chain tells.
 *
 * A function of the chain and the device alone, never of arrival (LG1): `clock`
 * where monotonic time runs backwards within an epoch or an epoch comes back
 * (TM4), `after_retirement` beyond a retired head, `after_fork` from a fork on.
 */
export function classifyLinks(
  links: readonly ReadScan[],
  device: PushingDevice,
  before: StoredLink | null,
  inviteesByDigest: ReadonlyMap<Digest, InviteeNo>,
): readonly NewScan[] {
  let last = before
  return links.map((link) => {
    const body = link.body?.event === device.event ? link.body : null
    const row: NewScan = {
      ...link,
      body,
      invitee: body?.digest ? (inviteesByDigest.get(body.digest) ?? null) : null,
      quarantine: quarantineOf({ ...link, body }, device, last),
      connected: last?.connected ?? link.seq === 1,
    }
    last = {
      seq: link.seq,
      epoch: body?.epoch ?? last?.epoch ?? 0,
      monoMs: body?.monoMs ?? last?.monoMs ?? 0,
      connected: row.connected,
    }
    return row
  })
}

function quarantineOf(
  { body, seq }: Pick<ReadScan, 'body' | 'seq'>,
  device: PushingDevice,
  last: StoredLink | null,
): Quarantine | null {
  if (!body) return 'invalid'
  if (device.forkSeq !== null && seq >= device.forkSeq) return 'after_fork'
  if (device.retiredHeadSeq !== null && seq > device.retiredHeadSeq) return 'after_retirement'
  return last && runsBackwards(body, last) ? 'clock' : null
}

function runsBackwards(
  body: { readonly epoch: number; readonly monoMs: number },
  last: StoredLink,
): boolean {
  if (body.epoch !== last.epoch) return body.epoch < last.epoch
  return body.monoMs < last.monoMs
}
