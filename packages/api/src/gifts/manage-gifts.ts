import {
  type CheckInList,
  type EventId,
  fail,
  type ListId,
  ok,
  type Result,
  type TenantId,
} from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import {
  addToFrame,
  type EventNotFound,
  eventNotFound,
  extendFrame,
  type FrameRefused,
} from '../events/edit-event.ts'
import type { PlatformDep } from '../platform.ts'
import { randomUuid } from '../random-ids.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import type { GiftDetails, HandOut } from './gift-store.ts'

const handOutsPerPageMax = 500

type GiftDeps = TenancyDep & PlatformDep

export interface GiftNotFound {
  readonly kind: 'gift_not_found'
  readonly message: string
}

const giftNotFound = {
  kind: 'gift_not_found',
  message: 'This event has no such gift.',
} as const satisfies GiftNotFound

export interface GiftWish {
  readonly event: EventId
  readonly name: string
  readonly stock: number | null
  readonly categories: readonly number[] | null
}

/** Makes a gift: a list that gives it, so that a desk is paired to it as to any list, and its stock. */
export function createGift(
  deps: GiftDeps,
  tenant: TenantId,
  actor: Actor,
  { event, name, stock, categories }: GiftWish,
): Promise<Result<GiftDetails, EventNotFound | FrameRefused>> {
  const id = randomUuid<ListId>(deps)
  const list: CheckInList = {
    ...{ id, name, categories, counting: 'once', reEntry: true, unpaid: 'ask' },
    ...{ rules: [], question: null, gives: 'gift' },
  }
  const kind = 'gift'
  return extendFrame(deps, tenant, actor, { event, kind, added: list }, async (tx, frame) => {
    const added = await addToFrame(tx, frame, event, list, deps.now())
    if (!added.ok) return added
    await tx.gifts.insert({ id, event, stock, createdMs: deps.now() })
    return ok({ id, name, categories, stock, taken: 0 })
  })
}

export function listGifts(
  { tx }: TenancyDep,
  tenant: TenantId,
  event: EventId,
): Promise<Result<readonly GiftDetails[], EventNotFound>> {
  return tx(tenant, async ({ events, gifts }) =>
    (await events.find(event)) ? ok(await gifts.findByEvent(event)) : fail(eventNotFound),
  )
}

/**
 * Says how many there are in all. Less than are gone takes nothing back; it grants no more. Whether
 * there were too few is ruled anew: an incident may begin or end by it.
 */
export function setStock(
  deps: GiftDeps,
  tenant: TenantId,
  actor: Actor,
  {
    event,
    gift,
    stock,
  }: { readonly event: EventId; readonly gift: ListId; readonly stock: number | null },
): Promise<Result<{ readonly stock: number | null }, GiftNotFound>> {
  return deps.tx(tenant, async (tx) => {
    if (!(await tx.gifts.setStock(event, gift, stock))) return fail(giftNotFound)
    await writeAudit(deps, tx, actor, {
      ...{ action: 'gifts.set_stock', event, subjectKind: 'gift', subjectId: gift },
      ...{ before: null, after: { stock } },
    })
    const invitee = await tx.gifts.findTaker(event, gift)
    if (invitee !== null) await tx.ledger.enqueueDirty(event, [{ list: gift, invitee }])
    return ok({ stock })
  })
}

/** The newest hand-outs, voided ones included. */
export function listHandOuts(
  { tx }: TenancyDep,
  tenant: TenantId,
  event: EventId,
): Promise<Result<readonly HandOut[], EventNotFound>> {
  return tx(tenant, async ({ events, gifts }) =>
    (await events.find(event))
      ? ok(await gifts.findHandOuts(event, handOutsPerPageMax))
      : fail(eventNotFound),
  )
}
