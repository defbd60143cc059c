/**
 * Goal: the winner of a slot that is final never changes, and it stays final.
 * Method: true timelines of gates and a hub, told to central bit by bit: scans
 * in any order, direct contacts when they happen, the hub's log when it comes.
 * Some devices lie with every clock they have.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Contact, Scan } from '../scan.ts'
import { indexContacts } from '../time/contacts.ts'
import { isFinal, type LedgerSource } from '../time/finality.ts'
import {
  anyCrowdedPlan,
  anyDevicePlan,
  anyTruePlan,
  DOORS_OPEN_MS,
  deviceId,
  hashOf,
  indexOf,
  live,
  type Timeline,
  type TrueContact,
  type TruePlan,
  type TrueScan,
} from '../time/testing.ts'
import { reconcileKey, slotTimes } from './reconcile-key.ts'
import { anyCounting, facts, list, scan } from './testing.ts'

interface Story {
  readonly plan: TruePlan
  readonly counting: 'once' | 'stay' | 'many'
  /** Of each (device, seq): how late it arrives, whether it is an exit. */
  readonly fate: (
    device: number,
    seq: number,
  ) => { readonly delayMs: number; readonly exit: boolean }
  readonly hubDelayMs: number
  /** Device 0 lies with its monotonic clock and its epochs. */
  readonly lies: ((n: number) => number) | null
  readonly retiredAtSeq: number | null
}

const anyStory: fc.Arbitrary<Story> = fc.record({
  plan: fc.oneof(anyTruePlan, anyCrowdedPlan).map(heardAgain),
  counting: anyCounting,
  fate: fc.func(
    fc.record({ delayMs: fc.constantFrom(0, 20_000, 120_000, 10 ** 8), exit: fc.boolean() }),
  ),
  hubDelayMs: fc.constantFrom(0, 15_000, 60_000),
  lies: fc.option(fc.func(fc.nat(60_000)), { freq: 3 }),
  retiredAtSeq: fc.option(fc.nat(6), { freq: 3 }),
})

/** Everybody meets central twice more after the last scan, else little would ever be final. */
function heardAgain(plan: TruePlan): TruePlan {
  const last = Math.max(...plan.devices.flatMap((device) => device.scans))
  const again = [12_000, 24_000].map((afterMs) => ({
    at: last + afterMs,
    outMs: 20,
    backMs: 30,
    via: 'central' as const,
  }))
  const meet = <T extends { readonly contacts: TruePlan['hub']['contacts'] }>(one: T): T => ({
    ...one,
    contacts: [...one.contacts, ...again],
  })
  return { devices: plan.devices.map(meet), hub: meet(plan.hub) }
}

/** What central holds at a moment, in the terms of reconcile and finality. */
function knowledgeAt(story: Story, timeline: Timeline, nowMs: number) {
  const { scans, contacts, hubContacts } = timeline
  const hubHere = hubContacts.filter(({ repliedMs }) => repliedMs <= nowMs)
  const hubThrough = Math.max(
    0,
    ...contacts
      .filter(({ logSeq, repliedMs }) => logSeq > 0 && repliedMs + story.hubDelayMs <= nowMs)
      .map(({ logSeq }) => logSeq),
  )
  const contactsHere = contacts
    .filter(({ logSeq, repliedMs }) => (logSeq > 0 ? logSeq <= hubThrough : repliedMs <= nowMs))
    .map((one) => lyingContact(story, one))
  const scansHere = scans.filter(
    ({ trueMs, device, clock }) => trueMs + story.fate(device, clock.seq).delayMs <= nowMs,
  )
  const sources = story.plan.devices.map((_, device): LedgerSource => {
    const seqs = new Set(scansHere.filter((one) => one.device === device).map((s) => s.clock.seq))
    let throughSeq = 0
    while (seqs.has(throughSeq + 1)) throughSeq += 1
    return {
      kind: 'device',
      contacts: indexOf(contactsHere, hubHere, device),
      throughSeq,
      closedAtSeq: device === 0 ? story.retiredAtSeq : null,
    }
  })
  const hub: LedgerSource = {
    kind: 'hub',
    contacts: indexContacts(hubHere.map(({ record }) => record as Contact)),
    throughSeq: hubThrough,
    closedAtSeq: null,
  }
  return { scansHere, sources: [...sources, hub] }
}

function lyingContact({ lies }: Story, contact: TrueContact): TrueContact {
  if (!lies || contact.device !== 0) return contact
  const monoMs = lies(contact.signedMs)
  return { ...contact, record: { ...contact.record, monoMs, epoch: 1 + (monoMs % 2) } }
}

function told({ fate, lies, retiredAtSeq }: Story, { device, clock }: TrueScan): Scan {
  const monoMs = lies && device === 0 ? lies(clock.seq) : clock.monoMs
  const epoch = lies && device === 0 ? 1 + (monoMs % 2) : clock.epoch
  const isBeyond = device === 0 && retiredAtSeq !== null && clock.seq > retiredAtSeq
  return scan(
    `${device}${clock.seq}`,
    {
      no: device,
      seq: clock.seq,
      wallMs: clock.wallMs,
      monoMs,
      epoch,
      act: fate(device, clock.seq).exit ? 'exit' : 'entry',
    },
    { hash: hashOf(device, clock.seq), quarantine: isBeyond ? 'after_retirement' : null },
  )
}

/** Winners of the slots that are final at a moment, and all winners. */
function ruleAt(story: Story, timeline: Timeline, nowMs: number) {
  const { scansHere, sources } = knowledgeAt(story, timeline, nowMs)
  const outcome = reconcileKey({
    ...facts(
      scansHere.map((one) => told(story, one)),
      { list: list({ counting: story.counting }) },
    ),
    contacts: new Map(
      sources.slice(0, -1).map(({ contacts }, device) => [deviceId(device), contacts]),
    ),
  })
  const isSlotFinal = (slot: (typeof outcome.slots)[number]) => {
    const times = slotTimes(outcome, slot)
    return times !== null && isFinal(times, sources)
  }
  return {
    winners: outcome.slots.map(({ winner }) => winner),
    final: outcome.slots.filter(isSlotFinal).map(({ winner }) => winner),
  }
}

/** Moments at which something may change. */
function momentsOf(story: Story, timeline: Timeline): readonly number[] {
  const { scans, contacts, hubContacts } = timeline
  const moments = [
    ...scans.map(({ trueMs, device, clock }) => trueMs + story.fate(device, clock.seq).delayMs),
    ...contacts.map(({ repliedMs, logSeq }) => repliedMs + (logSeq > 0 ? story.hubDelayMs : 0)),
    ...hubContacts.map(({ repliedMs }) => repliedMs),
  ]
  return [...new Set(moments)].sort((a, b) => a - b)
}

function neverFlips(story: Story) {
  const timeline = live(story.plan)
  let final: readonly string[] = []
  for (const nowMs of momentsOf(story, timeline)) {
    const now = ruleAt(story, timeline, nowMs)
    for (const winner of final) {
      expect(now.winners).toContain(winner)
      expect(now.final).toContain(winner)
    }
    final = now.final
  }
  return final.length
}

test('[TM8] finality never flips: a final winner wins at every later moment, and is final then', () => {
  let finals = 0
  fc.assert(
    fc.property(anyStory, (story) => {
      finals += neverFlips(story)
    }),
    { numRuns: 500 },
  )
  // A property about nothing holds always: slots must have become final for this to mean something.
  expect(finals).toBeGreaterThan(200)
})

test('[TM8] in the end, with everything here and everybody heard, every slot of honest devices is final', () => {
  fc.assert(
    fc.property(fc.array(anyDevicePlan(), { minLength: 1, maxLength: 3 }), (devices) => {
      const last = { at: 86_400_000, outMs: 5, backMs: 5, via: 'central' as const }
      const plan = {
        devices: devices.map((device) => ({
          ...device,
          contacts: [...device.contacts, last, { ...last, at: last.at + 60_000 }],
        })),
        hub: {
          clock: devices[0]?.clock ?? ({} as never),
          contacts: [{ ...last, at: last.at + 100_000 }],
        },
      }
      const fate = () => ({ delayMs: 0, exit: false })
      const honest = { lies: null, retiredAtSeq: null, hubDelayMs: 0 }
      const story: Story = { plan, fate, counting: 'once', ...honest }
      const { winners, final } = ruleAt(story, live(plan), DOORS_OPEN_MS + 2 * 86_400_000)
      expect(final).toEqual(winners)
    }),
  )
})
