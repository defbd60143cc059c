import type { DeviceId, EventId, TenantId } from '@eventpass/domain'
import { z } from 'zod'
import type { SignedIn } from '../accounts/sessions.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import { EventIdText, GateIdText, ListIdText, TenantIdText, UserIdText } from '../wire-ids.ts'
import type { Journal } from './journal.ts'

/** How old what is known of a caller may be before it is read again, while the database is there. */
const freshMs = 5 * 60_000
/** How long a session that this node has seen counts without the database. */
const sessionMsMax = 12 * 60 * 60_000
/** Callers whose freshness is remembered; of others it is read again. */
const rememberedMax = 10_000

const DeviceFact = z.object({
  tenant: TenantIdText,
  event: EventIdText,
  list: ListIdText,
  gate: GateIdText,
  state: z.enum(['active', 'revoked', 'retired', 'pair_anew']),
})
export type DeviceFact = z.infer<typeof DeviceFact>

const EventFact = z.object({
  tenant: TenantIdText,
  kids: z.array(z.object({ kid: z.int(), retired: z.boolean() })),
  otherTags: z.array(z.string()),
  lists: z.array(ListIdText),
  gates: z.array(GateIdText),
})
type EventFact = z.infer<typeof EventFact>

/** Without the e-mail address: nothing personal lies on the node's disk. */
const SessionFact = z
  .object({
    tenant: TenantIdText,
    user: UserIdText,
    role: z.enum(['auditor', 'organiser', 'owner']),
    untilMs: z.number(),
  })
  .nullable()

/**
 * What a node knows of those that it has seen, so that it can tell them while the database is away:
 * where a device stands, which keys an event has, whose a session is. No key and no code is kept.
 */
export interface KnownCallers {
  /** Remembers a device with its event, in the background and at most every few minutes. */
  readonly noteDevice: (tenant: TenantId, device: DeviceId) => void
  readonly noteEvent: (tenant: TenantId, event: EventId) => void
  /** `idHash` is SHA-256 of the session's secret, hex; null forgets it. */
  readonly noteSession: (idHash: string, signedIn: SignedIn | null) => Promise<void>
  readonly findDevice: (tenant: TenantId, device: DeviceId) => Promise<DeviceFact | null>
  readonly findEvent: (tenant: TenantId, event: EventId) => Promise<EventFact | null>
  readonly findSession: (idHash: string) => Promise<SignedIn | null>
  /** Resolves when everything that was to be remembered is. */
  readonly settled: () => Promise<void>
}

export interface KnownCallersDeps extends TenancyDep {
  readonly now: () => number
  readonly journal: Pick<Journal, 'keepFact' | 'readFact'>
}

export function createKnownCallers({ tx, now, journal }: KnownCallersDeps): KnownCallers {
  const seenMs = new Map<string, number>()
  const reading = new Set<Promise<void>>()
  const isFresh = (name: string) => now() - (seenMs.get(name) ?? -Infinity) < freshMs
  const keep = async (name: string, fact: object | null) => {
    if (seenMs.size >= rememberedMax) seenMs.clear()
    seenMs.set(name, now())
    await journal.keepFact(name, JSON.stringify(fact), now())
  }
  const read = async <Fact>(name: string, schema: z.ZodType<Fact>): Promise<Fact | null> => {
    const text = await journal.readFact(name)
    return text === null ? null : schema.parse(JSON.parse(text))
  }
  const soon = (name: string, work: () => Promise<void>) => {
    if (isFresh(name)) return
    seenMs.set(name, now())
    // What cannot be read now is read when the caller is seen next.
    const done = work().catch(() => void seenMs.delete(name))
    reading.add(done)
    void done.finally(() => reading.delete(done))
  }
  const readEvent = (tenant: TenantId, event: EventId) =>
    tx(tenant, async ({ manifest, pairing }) => {
      const { lists, gates } = await manifest.readFrame(event)
      const { otherTags } = await pairing.readEvent(event)
      const ids = { lists: lists.map(({ id }) => id), gates: gates.map(({ id }) => id) }
      return { tenant, kids: await manifest.findKeys(event), otherTags, ...ids }
    })
  const noteEvent = (tenant: TenantId, event: EventId) =>
    soon(eventName(event), async () => keep(eventName(event), await readEvent(tenant, event)))

  return {
    noteDevice: (tenant, device) =>
      soon(deviceName(device), async () => {
        const found = await tx(tenant, ({ manifest }) => manifest.getDevice(device))
        if (!found) return
        const { event, list, gate, state } = found
        await keep(deviceName(device), { tenant, event, list, gate, state })
        noteEvent(tenant, event)
      }),
    noteEvent,
    async noteSession(idHash, signedIn) {
      const name = `session/${idHash}`
      if (signedIn && isFresh(name)) return
      await keep(
        name,
        signedIn && {
          ...{ tenant: signedIn.tenant, user: signedIn.user, role: signedIn.role },
          untilMs: now() + sessionMsMax,
        },
      )
    },
    async findDevice(tenant, device) {
      const fact = await read(deviceName(device), DeviceFact)
      return fact?.tenant === tenant ? fact : null
    },
    async findEvent(tenant, event) {
      const fact = await read(eventName(event), EventFact)
      return fact?.tenant === tenant ? fact : null
    },
    async findSession(idHash) {
      const fact = await read(`session/${idHash}`, SessionFact)
      if (!fact || fact.untilMs < now()) return null
      const { tenant, user, role } = fact
      return { tenant, user, role, email: '' }
    },
    async settled() {
      while (reading.size > 0) await Promise.all(reading)
    },
  }
}

function deviceName(device: DeviceId): string {
  return `device/${device}`
}

function eventName(event: EventId): string {
  return `event/${event}`
}
