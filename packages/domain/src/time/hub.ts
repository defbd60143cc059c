import type { Contact } from '../scan.ts'
import { type ChainMoment, type ContactIndex, neighboursOfMoment } from './contacts.ts'
import { boundsBetween } from './estimate-time.ts'

/**
 * A contact that a hub made, in the hub's own time (TM9).
 *
 * A hub has no trusted clock: its Ti and Tr are its epoch, its monotonic clock
 * (whole ms, rounded down) and the head of its own chain at that moment.
 */
export interface HubContact extends Omit<Contact, 'tiMs' | 'trMs'> {
  readonly ti: ChainMoment
  readonly tr: ChainMoment
}

/**
 * Puts a hub's contact into central's time, through the hub's own contacts with central (TM9).
 *
 * Ti becomes the earliest that it can have been and Tr the latest, so that the
 * mapped contact is as true as one of central's, only wider; infinite where
 * the hub has not met central on that side. Direct and mapped contacts of a
 * device go into one `indexContacts`: there the two paths intersect.
 */
export function mapHubContact(contact: HubContact, hub: ContactIndex): Contact {
  const { ti, tr, ...rest } = contact
  return {
    ...rest,
    tiMs: boundsBetween(ti, neighboursOfMoment(hub, ti)).loMs,
    trMs: boundsBetween(tr, neighboursOfMoment(hub, tr)).hiMs,
  }
}
