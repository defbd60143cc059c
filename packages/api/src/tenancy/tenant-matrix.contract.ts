import { TRPCError } from '@trpc/server'
import { beforeAll, describe, expect, test } from 'vitest'
import type { UserRole } from '../accounts/account-store.ts'
import { readUser } from '../accounts/principal.ts'
import { pairDevice, startPairing, type TestDevice } from '../gates/test-device.contract.ts'
import { appRouter, createCaller } from '../router.ts'
import type { Principal } from '../trpc.ts'
import { guests, type Holdings, matrix } from './matrix.contract.ts'
import {
  type Browser,
  openColleague,
  openEvent,
  openTenant,
  unique,
  type World,
} from './world.contract.ts'

const roles = ['auditor', 'organiser', 'owner'] as const satisfies readonly UserRole[]
const ourGuest = `Zora ${unique('guest')}`

/**
 * Every procedure without a credential, as each lower role, as a device, as another tenant and with
 * ids of another event. What the right caller gets shows that the refusals are not for bad input.
 */
export function tenantMatrixContract(open: () => World): void {
  describe('every procedure', () => {
    let world: World
    let ours: Holdings
    let people: Readonly<Record<UserRole, Browser>>
    let strangers: { readonly owner: Browser; readonly device: TestDevice }
    let siblingDevice: TestDevice

    beforeAll(async () => {
      world = open()
      const owner = await openTenant(world)
      people = {
        owner,
        organiser: await openColleague(world, owner, 'organiser'),
        auditor: await openColleague(world, owner, 'auditor'),
      }
      ours = await acquire(world, owner)
      siblingDevice = await pairDevice(world, owner, ours.other)
      const stranger = await openTenant(world)
      strangers = { owner: stranger, device: (await acquire(world, stranger)).device }
    })

    test('[TN1] a procedure that is missing from the matrix fails', () => {
      expect(Object.keys(matrix).sort()).toEqual(Object.keys(appRouter._def.procedures).sort())
    })

    test.each(Object.entries(matrix))(
      '[TN1] %s',
      async (path, { least, input, stranger, mixed }) => {
        const call = async (principal: Principal, given: unknown) =>
          callPath(world, path, principal, given)
        const asUser = async (browser: Browser, given: unknown) =>
          call(await principalOf(world, browser), given)
        const asDevice = (device: TestDevice, given: unknown) =>
          call({ kind: 'device', tenant: device.grant.tenant, device: device.id }, given)

        if (least !== 'anyone') {
          expect(await call(null, await input(ours))).toBe('UNAUTHORIZED')
        }
        if (least === 'device') {
          expect(await asUser(people.owner, await input(ours))).toBe('UNAUTHORIZED')
          expect(await asDevice(strangers.device, await input(ours))).toBe('FORBIDDEN')
          expect(await asDevice(siblingDevice, await input(ours))).toBe('FORBIDDEN')
          const own = await asDevice(ours.device, await input(ours))
          expect(own).toBeTypeOf('object')
          expect(JSON.stringify(own)).not.toContain(ours.other.event)
          return
        }
        if (least !== 'anyone') {
          expect(await asDevice(ours.device, await input(ours))).toBe('UNAUTHORIZED')
          for (const role of roles.slice(0, roles.indexOf(least))) {
            expect(await asUser(people[role], await input(ours)), role).toBe('FORBIDDEN')
          }
        }

        const met = await asUser(strangers.owner, await input(ours))
        if (stranger === 'refused' && least === 'anyone') {
          expect(met).toMatch(/^(NOT_FOUND|BAD_REQUEST|FORBIDDEN|UNAUTHORIZED)$/)
        } else if (stranger === 'refused') {
          // Neither signed out nor of too low a role: it is the ids that are refused.
          expect(met).toMatch(/^(NOT_FOUND|BAD_REQUEST)$/)
        } else {
          expect(met).toBeTypeOf('object')
          for (const secret of [ours.event, ours.list, ours.gate, ours.device.id, ourGuest]) {
            expect(JSON.stringify(met)).not.toContain(secret)
          }
        }
        if (mixed) {
          expect(await asUser(people.owner, await mixed(ours))).toMatch(/^(NOT_FOUND|BAD_REQUEST)$/)
        }
        if (least !== 'anyone') {
          expect(await asUser(people[least], await input(ours)), 'the right caller').toBeTypeOf(
            'object',
          )
        }
      },
    )
  })
}

/** An answer, or the code of the refusal. Of a subscription the first value. */
async function callPath(
  { deps }: World,
  path: string,
  principal: Principal,
  input: unknown,
): Promise<unknown> {
  const caller = createCaller({
    deps,
    principal,
    requestId: unique('request'),
    peer: unique('peer'),
    setSession: () => {},
  })
  const [feature = '', name = ''] = path.split('.')
  const procedures = caller as unknown as Record<
    string,
    Record<string, (given: unknown) => Promise<unknown>>
  >
  try {
    const answer = await procedures[feature]?.[name]?.(input)
    return isStream(answer) ? await firstOf(answer) : answer
  } catch (error) {
    if (error instanceof TRPCError) return error.code
    throw error
  }
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}

async function firstOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  for await (const value of stream) return value
  return undefined
}

/** A session of its own each time: procedures under test end the one that they are called with. */
async function principalOf({ deps }: World, browser: Browser): Promise<Principal> {
  const { tenant, user } = await (await browser.call()).accounts.me()
  const { secret } = await deps.sessions.open(tenant, user.id)
  return readUser(deps, secret)
}

async function acquire(world: World, owner: Browser): Promise<Holdings> {
  const first = await openPlace(owner)
  const other = await openPlace(owner)
  const { event } = first
  const upload = async () => {
    const caller = await owner.call()
    const bytes = guests(ourGuest, 'Anna', unique('Guest'), 'Emma')
    return (await caller.invitees.upload({ event, fileName: 'list.csv', bytes })).id
  }
  await (await owner.call()).invitees.importCommit({ id: await upload() })
  await (await owner.call()).invitees.erase({ event, no: 4 })
  const device = await pairDevice(world, owner, first)
  const { id: gift } = await (await owner.call()).gifts.create({ event, name: unique('Gift') })
  const pair = async () => (await owner.call()).devicesAdmin.pair({ ...first, role: 'steward' })
  const { pairing } = await pair()
  const waiting = async () => (await startPairing(world.deps, (await pair()).path)).device
  const incident = async () => {
    const link = await device.scan(null)
    await device.push([{ ...link, bytes: `${link.bytes} ` }])
    const [open] = await (await owner.call()).incidents.list({ event })
    if (!open) throw new Error('A push that cannot be trusted is an incident.')
    return open
  }
  const order = async () => {
    const caller = await owner.call()
    for (const held of await caller.orders.list({ event })) {
      if (held.state === 'created') await caller.orders.cancel({ event, order: held.id })
    }
    return (await caller.orders.create({ event, invitees: [3] })).id
  }
  return { ...first, other, device, gift, pairing, upload, order, waiting, incident }
}

async function openPlace(owner: Browser) {
  const { id: event, lists, gates } = await openEvent(owner)
  const [list, gate] = [lists[0]?.id, gates[0]?.id]
  if (!list || !gate) throw new Error('A new event has a list and a gate.')
  return { event, list, gate }
}
