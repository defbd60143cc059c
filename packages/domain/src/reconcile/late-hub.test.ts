/**
 * Goal: a hub whose log of contacts comes late changes who was first, and no slot that was called final.
 * Method: one true story. Tablet 1 admits at 10 s and meets nobody but the hub; its battery dies, and
 * its wall clock is worthless. Tablet 2 admits the same guest at 20 s in sight of central.
 */
import { expect, test } from 'vitest'
import { indexContacts } from '../time/contacts.ts'
import { isFinal, type LedgerSource } from '../time/finality.ts'
import { type HubContact, mapHubContact } from '../time/hub.ts'
import { contact, DOORS_OPEN_MS, deviceId, hashOf } from '../time/testing.ts'
import { reconcileKey, slotTimes } from './reconcile-key.ts'
import { facts, scan, scanId } from './testing.ts'

const first = scan('1', { no: 1, seq: 1, monoMs: 10_000, wallMs: 12 })
const second = scan('2', { no: 2, seq: 1, monoMs: 20_000, wallMs: DOORS_OPEN_MS + 20_000 })

/** All direct contacts: tablet 1 came back to central ten minutes later, in another life. */
const direct = [
  contact({ device: deviceId(1), headSeq: 0, ti: 0, tr: 10 }),
  contact({ device: deviceId(1), headSeq: 1, ti: 600_000, tr: 600_010, epoch: 2 }),
  contact({ device: deviceId(2), headSeq: 0, ti: 15_000, tr: 15_010, monoMs: 15_000 }),
  contact({ device: deviceId(2), headSeq: 1, ti: 20_500, tr: 20_510, monoMs: 20_500 }),
  contact({ device: deviceId(2), headSeq: 1, ti: 700_000, tr: 700_010, monoMs: 700_000 }),
]

/** What the hub wrote down a second after the first admit, in its own time. */
const met: HubContact = {
  ...{ device: deviceId(1), node: 'hub', epoch: 1, headSeq: 1, headHash: hashOf(1, 1) },
  ...{ monoMs: 11_000, wallMs: 1_012 },
  ti: { headSeq: 0, epoch: 1, monoMs: 11_000 },
  tr: { headSeq: 0, epoch: 1, monoMs: 11_040 },
}

/** The hub's own contacts with central: the later one signs for the log, which is long on its way. */
const hubs = [
  contact({ device: deviceId(9), headSeq: 0, ti: 0, tr: 20 }),
  contact({ device: deviceId(9), headSeq: 1, ti: 800_000, tr: 800_020, monoMs: 800_000 }),
]

/** What central rules when the hub's log is here up to a number; with 1 all of it is. */
function ruleWith(logThrough: 0 | 1) {
  const mapped = logThrough === 0 ? [] : [mapHubContact(met, indexContacts(hubs))]
  const contacts = [...direct, ...mapped]
  const outcome = reconcileKey(facts([first, second], { contacts }))
  const [slot] = outcome.slots
  const times = slot && slotTimes(outcome, slot)
  if (!slot || !times) throw new Error('Two admits make a slot.')
  const device = (no: number): LedgerSource => ({
    kind: 'device',
    contacts: indexContacts(contacts.filter((one) => one.device === deviceId(no))),
    ...{ throughSeq: 1, closedAtSeq: null },
  })
  const hub: LedgerSource = {
    ...{ kind: 'hub', contacts: indexContacts(hubs), throughSeq: logThrough, closedAtSeq: null },
  }
  const devices = [device(1), device(2)]
  return {
    winner: slot.winner,
    isFinal: isFinal(times, [...devices, hub]),
    isFinalWithoutHub: isFinal(times, devices),
    time: outcome.estimates.get(first.body.id),
  }
}

test('[TM9] a hub whose contacts arrive late moves a scan to its true time, and nothing was final before', () => {
  const before = ruleWith(0)
  expect(before).toMatchObject({ winner: scanId('2'), isFinal: false, isFinalWithoutHub: true })
  expect(before.time).toMatchObject({ estimateMs: DOORS_OPEN_MS + 600_010 })

  const after = ruleWith(1)
  expect(after).toMatchObject({ winner: scanId('1'), isFinal: true })
  const { loMs = 0, hiMs = 0 } = after.time ?? {}
  expect(loMs).toBeLessThanOrEqual(DOORS_OPEN_MS + 10_000)
  expect(hiMs).toBeGreaterThanOrEqual(DOORS_OPEN_MS + 10_000)
  expect(hiMs - loMs).toBeLessThan(2_000)
})
