import {
  assert,
  type CheckInList,
  type EventId,
  fail,
  type GateId,
  type ListId,
  ok,
  type Result,
  type TenantId,
} from '@eventpass/domain'
import { eventTag } from '@eventpass/token'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import type { PlatformDep } from '../platform.ts'
import { randomUuid } from '../random-ids.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import { changePolicy } from './change-policy.ts'
import type { EventDetails, EventPolicy, PolicyEdit } from './event-store.ts'

/** Two events of a tenant share a tag once in four milliards; then another id is drawn. */
const tagTriesMax = 8

export interface NewEvent {
  readonly name: string
  readonly timeZone: string
  readonly startsMs: number
  readonly endsMs: number
  readonly policy: PolicyEdit
}

export interface BadEvent {
  readonly kind: 'bad_event'
  readonly message: string
}

/** Fail closed where a choice costs little, and let trained staff decide where it does not. */
const defaultPolicy: EventPolicy = {
  unlisted: 'supervisor',
  byName: 'supervisor',
  replicaAgeMsMax: null,
}

/** Every event starts with one of each, so that a tablet can be paired at once. */
const firstList: Omit<CheckInList, 'id'> = {
  name: 'Check-in',
  counting: 'once',
  reEntry: true,
  categories: null,
  unpaid: 'ask',
  rules: [],
  question: null,
}
const firstGateName = 'Main entrance'

/** Makes an event with its first signing key, one list and one gate. */
export async function createEvent(
  deps: TenancyDep & PlatformDep,
  tenant: TenantId,
  actor: Actor,
  { policy, ...wanted }: NewEvent,
): Promise<Result<EventDetails, BadEvent>> {
  if (wanted.endsMs <= wanted.startsMs) {
    return fail({ kind: 'bad_event', message: 'An event ends after it starts. Check both times.' })
  }
  if (!isTimeZone(wanted.timeZone)) {
    return fail({
      kind: 'bad_event',
      message: `"${wanted.timeZone}" is no time zone. Name one as in "Europe/Berlin".`,
    })
  }
  const createdMs = deps.now()
  return deps.tx(tenant, async (tx) => {
    const event = await insert()
    await tx.events.addList(event.id, { ...firstList, id: randomUuid<ListId>(deps) }, createdMs)
    await tx.events.addGate(
      event.id,
      { id: randomUuid<GateId>(deps), name: firstGateName },
      createdMs,
    )
    await writeAudit(deps, tx, actor, {
      action: 'events.create',
      event: event.id,
      subjectKind: 'event',
      subjectId: event.id,
      before: null,
      after: event,
    })
    await tx.events.raiseManifest(event.id, { frame: true, inviteesAdded: 0 })
    return ok(event)

    async function insert(): Promise<EventDetails> {
      for (let tries = 0; tries < tagTriesMax; tries += 1) {
        const id = randomUuid<EventId>(deps)
        const drawn: EventDetails = {
          ...wanted,
          id,
          policy: changePolicy(defaultPolicy, policy),
          signingKid: 0,
          tag: await eventTag(deps.subtle, id),
          pinHash: null,
          leaseMs: null,
          createdMs,
          closedMs: null,
        }
        if (await tx.events.create(drawn)) return drawn
      }
      assert(false, 'of eight random events one has a free tag')
    }
  })
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
