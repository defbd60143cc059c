import {
  type Contact,
  type HubContact,
  indexContacts,
  type LedgerSource,
  mapHubContact,
} from '@eventpass/domain'

/** A hub as central knows it: its own contacts, and how far its log is here. */
export interface HubRow {
  readonly id: string
  readonly contacts: readonly Contact[]
  /** Its disk was lost, and what of its log is not here never comes. */
  readonly isLost: boolean
}

/** One entry of a hub's log: a contact that it made, in its own time. */
export interface HubLogRow {
  readonly hub: string
  readonly seq: number
  readonly contact: HubContact
}

/** TM9: what hubs wrote down of tablets, in central's time as far as it can be told by now. */
export function mapHubLog(hubs: readonly HubRow[], log: readonly HubLogRow[]): readonly Contact[] {
  const indexes = new Map(hubs.map(({ id, contacts }) => [id, indexContacts(contacts)]))
  return log.flatMap(({ hub, contact }) => {
    const index = indexes.get(hub)
    return index ? [mapHubContact(contact, index)] : []
  })
}

/** What finality waits for of hubs (TM8). */
export function hubSources(
  hubs: readonly HubRow[],
  log: readonly HubLogRow[],
): readonly LedgerSource[] {
  return hubs.map(({ id, contacts, isLost }) => {
    const throughSeq = log.filter(({ hub }) => hub === id).length
    const closedAtSeq = isLost ? throughSeq : null
    return { kind: 'hub', contacts: indexContacts(contacts), throughSeq, closedAtSeq }
  })
}
