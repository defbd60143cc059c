import { isErased, type ManifestTicket } from '@eventpass/domain'
import type { Device } from '../gate/device.ts'
import type { ManifestStore, Renaming } from '../gate/stores.ts'

const namedPerRead = 500

/** What a ticket’s row changes for a ledger that calls its person by another name, or keeps anything of who was erased. */
export function renamingOf(ticket: ManifestTicket, nameBefore: string | null): readonly Renaming[] {
  if (isErased(ticket)) return [{ digest: ticket.digest, name: null }]
  const isRenamed = nameBefore !== null && nameBefore !== ticket.name
  return isRenamed ? [{ digest: ticket.digest, name: ticket.name }] : []
}

/**
 * Calls people beside the own scans above `afterSeq` as another list does, before that one decides:
 * it may have been built after somebody was erased (GD1). Answers up to which scan it looked.
 */
export async function renameByList(
  { ledger }: Device,
  list: ManifestStore,
  afterSeq: number,
): Promise<number> {
  let seq = afterSeq
  for (;;) {
    const named = await ledger.findNamed(seq, namedPerRead)
    const renamings: Renaming[] = []
    for (const { digest, name } of named) {
      const ticket = await list.findTicket(digest)
      if (ticket) renamings.push(...renamingOf(ticket, name))
    }
    if (renamings.length > 0) await ledger.rename(renamings)
    seq = named.at(-1)?.seq ?? seq
    if (named.length < namedPerRead) return seq
  }
}
