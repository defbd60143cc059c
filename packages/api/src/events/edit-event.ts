import {
  type CheckInList,
  type EventId,
  fail,
  type Gate,
  type GateId,
  type ListId,
  ok,
  type Result,
  type TenantId,
} from '@eventpass/domain'
import { hashPin } from '@eventpass/sync'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import type { PlatformDep } from '../platform.ts'
import { hexOf, randomUuid } from '../random-ids.ts'
import type { TenancyDep, TenantTx } from '../tenancy/tenancy.ts'
import { changePolicy } from './change-policy.ts'
import type { EventDetails, EventFrame, PolicyEdit } from './event-store.ts'

const listsPerEventMax = 200
const gatesPerEventMax = 1_000
export const categoriesPerEventMax = 500

export interface EventNotFound {
  readonly kind: 'event_not_found'
  readonly message: string
}

export const eventNotFound = {
  kind: 'event_not_found',
  message: 'There is no such event in this account.',
} as const satisfies EventNotFound

export interface FrameRefused {
  readonly kind: 'name_taken' | 'too_many' | 'unknown_reference'
  readonly message: string
}

type EditDeps = TenancyDep & PlatformDep

export interface EventEdit {
  readonly name?: string | undefined
  readonly policy?: PolicyEdit | undefined
  readonly leaseMs?: number | null | undefined
  /** Digits of the supervisor PIN; null takes it away. */
  readonly pin?: string | null | undefined
}

/** Changes what is given and leaves the rest. Devices hear of it with their next pull. */
export function editEvent(
  deps: EditDeps,
  tenant: TenantId,
  actor: Actor,
  id: EventId,
  { name, policy, leaseMs, pin }: EventEdit,
): Promise<Result<EventDetails, EventNotFound>> {
  return deps.tx(tenant, async (tx) => {
    const before = await tx.events.lock(id)
    if (!before) return fail(eventNotFound)
    const salt = hexOf(deps.random(16))
    const after: EventDetails = {
      ...before,
      name: name ?? before.name,
      policy: changePolicy(before.policy, policy ?? {}),
      leaseMs: leaseMs === undefined ? before.leaseMs : leaseMs,
      pinHash: pin === undefined ? before.pinHash : pin && (await hashPin(deps.subtle, salt, pin)),
    }
    await tx.events.update(id, after)
    await writeAudit(deps, tx, actor, {
      action: 'events.edit',
      event: id,
      subjectKind: 'event',
      subjectId: id,
      before,
      after,
    })
    await tx.events.raiseManifest(id, { frame: true, inviteesAdded: 0 })
    return ok(after)
  })
}

/** Adds a check-in list with its rules; what they name must belong to this event. */
export function addList(
  deps: EditDeps,
  tenant: TenantId,
  actor: Actor,
  event: EventId,
  wanted: Omit<CheckInList, 'id'>,
): Promise<Result<CheckInList, EventNotFound | FrameRefused>> {
  const list: CheckInList = { ...wanted, id: randomUuid<ListId>(deps) }
  return extendFrame(deps, tenant, actor, { event, kind: 'list', added: list }, (tx, frame) =>
    addToFrame(tx, frame, event, list, deps.now()),
  )
}

/** Adds a list, or a gift as one, where there is room for it and its name and rules fit the event. */
export async function addToFrame(
  tx: Pick<TenantTx, 'events'>,
  frame: EventFrame,
  event: EventId,
  list: CheckInList,
  createdMs: number,
): Promise<Result<CheckInList, FrameRefused>> {
  if (frame.lists.length >= listsPerEventMax) return tooMany('lists', listsPerEventMax)
  const stranger = strangerIn(list, frame)
  if (stranger) return stranger
  const added = await tx.events.addList(event, list, createdMs)
  return added ? ok(list) : nameTaken('list', list.name)
}

export function addGate(
  deps: EditDeps,
  tenant: TenantId,
  actor: Actor,
  event: EventId,
  name: string,
): Promise<Result<Gate, EventNotFound | FrameRefused>> {
  const gate: Gate = { id: randomUuid<GateId>(deps), name }
  return extendFrame(
    deps,
    tenant,
    actor,
    { event, kind: 'gate', added: gate },
    async (tx, frame) => {
      if (frame.gates.length >= gatesPerEventMax) return tooMany('gates', gatesPerEventMax)
      const added = await tx.events.addGate(event, gate, deps.now())
      return added ? ok(gate) : nameTaken('gate', name)
    },
  )
}

/** Answers the categories as they are then, in index order. */
export function addCategory(
  deps: EditDeps,
  tenant: TenantId,
  actor: Actor,
  event: EventId,
  name: string,
): Promise<Result<readonly string[], EventNotFound | FrameRefused>> {
  return extendFrame(
    deps,
    tenant,
    actor,
    { event, kind: 'category', added: { name } },
    async (tx, frame) => {
      if (frame.categories.length >= categoriesPerEventMax) {
        return tooMany('categories', categoriesPerEventMax)
      }
      if (frame.categories.includes(name)) return nameTaken('category', name)
      await tx.events.addCategories(event, [name])
      return ok([...frame.categories, name])
    },
  )
}

/** The way of every addition: lock the event, check and write, audit, and raise the revision last. */
export function extendFrame<T>(
  deps: EditDeps,
  tenant: TenantId,
  actor: Actor,
  what: { readonly event: EventId; readonly kind: string; readonly added: { name: string } },
  write: (tx: TenantTx, frame: EventFrame) => Promise<Result<T, FrameRefused>>,
): Promise<Result<T, EventNotFound | FrameRefused>> {
  return deps.tx(tenant, async (tx) => {
    const { event } = what
    if (!(await tx.events.lock(event))) return fail(eventNotFound)
    const written = await write(tx, await tx.events.readFrame(event))
    if (!written.ok) return written
    await writeAudit(deps, tx, actor, {
      action: `events.add_${what.kind}`,
      event,
      subjectKind: what.kind,
      subjectId: what.added.name,
      before: null,
      after: what.added,
    })
    await tx.events.raiseManifest(event, { frame: true, inviteesAdded: 0 })
    return written
  })
}

function strangerIn(list: Omit<CheckInList, 'id'>, frame: EventFrame) {
  const gates = new Set(frame.gates.map(({ id }) => id))
  const categories = [
    ...(list.categories ?? []),
    ...list.rules.flatMap((rule) => (rule.kind === 'categories' ? rule.categories : [])),
  ]
  const named = list.rules.flatMap((rule) => (rule.kind === 'gates' ? rule.gates : []))
  if (
    named.every((id) => gates.has(id)) &&
    categories.every((at) => at < frame.categories.length)
  ) {
    return null
  }
  return fail({
    kind: 'unknown_reference',
    message: 'A rule names a gate or a category that this event does not have. Add it first.',
  } as const)
}

function nameTaken(kind: string, name: string) {
  return fail({
    kind: 'name_taken',
    message: `This event has a ${kind} named "${name}" already. Choose another name.`,
  } as const)
}

function tooMany(what: string, max: number) {
  return fail({
    kind: 'too_many',
    message: `An event holds at most ${max} ${what}. Remove some first.`,
  } as const)
}
