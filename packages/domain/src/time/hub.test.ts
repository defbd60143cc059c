/**
 * Goal: a hub without a trusted clock bounds scans as truly as central does.
 * Method: a worked example, then true timelines whose contacts run through a
 * hub that drifts, sleeps, restarts and meets central now and then.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Contact } from '../scan.ts'
import { indexContacts } from './contacts.ts'
import { estimateTime } from './estimate-time.ts'
import { type HubContact, mapHubContact } from './hub.ts'
import {
  anyTruePlan,
  contact,
  DOORS_OPEN_MS,
  deviceId,
  hashOf,
  indexOf,
  isHubContact,
  live,
} from './testing.ts'

const at = (ms: number) => DOORS_OPEN_MS + ms
const moment = (headSeq: number, monoMs: number, epoch = 1) => ({ headSeq, epoch, monoMs })

const byHub: HubContact = {
  device: deviceId(0),
  node: 'hub',
  epoch: 1,
  headSeq: 4,
  headHash: hashOf(0, 4),
  monoMs: 77,
  wallMs: 0,
  ti: moment(7, 10_001),
  tr: moment(7, 10_101),
}

test('[TM9] a contact of a hub becomes one of central, as wide as the hub can prove', () => {
  const hub = indexContacts([
    contact({ headSeq: 7, ti: 0, tr: 20, monoMs: 0 }),
    contact({ headSeq: 9, ti: 20_000, tr: 20_030, monoMs: 20_000 }),
  ])
  const { ti: _, tr: __, ...rest } = byHub
  expect(mapHubContact(byHub, hub)).toEqual({
    ...rest,
    tiMs: at(9_998),
    trMs: at(20_030 - 9_896),
  })
})

test('[TM9] at one head the clock of the hub tells before from after', () => {
  const sameHead = indexContacts([
    contact({ headSeq: 7, ti: 0, tr: 20, monoMs: 10_000 }),
    contact({ headSeq: 7, ti: 500, tr: 520, monoMs: 10_050 }),
    contact({ headSeq: 7, ti: 900, tr: 920, monoMs: 3, epoch: 2 }),
  ])
  expect(mapHubContact(byHub, sameHead)).toMatchObject({ tiMs: at(0), trMs: at(920) })
})

test('[TM9] a hub whose clock contradicts itself bounds by its contacts alone', () => {
  const fast = indexContacts([
    contact({ headSeq: 6, ti: 0, tr: 20, monoMs: 0 }),
    contact({ headSeq: 9, ti: 1_000, tr: 1_030, monoMs: 60_000 }),
  ])
  expect(mapHubContact(byHub, fast)).toMatchObject({ tiMs: at(0), trMs: at(1_030) })
})

test('[TM9] a hub that has not met central since bounds nothing on that side', () => {
  const early = indexContacts([contact({ headSeq: 3, ti: 0, tr: 20, epoch: 0 })])
  expect(mapHubContact(byHub, early)).toMatchObject({ tiMs: at(0), trMs: Infinity })
  expect(mapHubContact(byHub, indexContacts([]))).toMatchObject({ tiMs: -Infinity, trMs: Infinity })
})

test('[TM9] a mapped contact never excludes the true time of its challenge and reply', () => {
  fc.assert(
    fc.property(anyTruePlan, (plan) => {
      const { contacts, hubContacts } = live(plan)
      const hub = indexContacts(hubContacts.map(({ record }) => record as Contact))
      for (const { record, sentMs, repliedMs } of contacts) {
        if (!isHubContact(record)) continue
        const mapped = mapHubContact(record, hub)
        expect(mapped.tiMs).toBeLessThanOrEqual(sentMs)
        expect(mapped.trMs).toBeGreaterThanOrEqual(repliedMs)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('[TM9] honest true time stays inside over a hub, over central and over both; two paths intersect', () => {
  fc.assert(
    fc.property(anyTruePlan, (plan) => {
      const { scans, contacts, hubContacts } = live(plan)
      const paths = [
        contacts.filter(({ record }) => isHubContact(record)),
        contacts.filter(({ record }) => !isHubContact(record)),
        contacts,
      ]
      for (const { clock, trueMs, device } of scans) {
        const times = paths.map((path) => estimateTime(clock, indexOf(path, hubContacts, device)))
        for (const time of times) {
          expect(time.quarantined).toBe(false)
          expect(time.loMs).toBeLessThanOrEqual(trueMs)
          expect(time.hiMs).toBeGreaterThanOrEqual(trueMs)
        }
        const [hub, central, both] = times
        expect(both?.proofLoMs).toBe(Math.max(hub?.proofLoMs ?? NaN, central?.proofLoMs ?? NaN))
        expect(both?.proofHiMs).toBe(Math.min(hub?.proofHiMs ?? NaN, central?.proofHiMs ?? NaN))
      }
    }),
    { numRuns: 1_000 },
  )
})
