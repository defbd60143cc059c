import { randomInt, randomUUID } from 'node:crypto'
import { openEvent, openTenant, pairDevice, type TestDevice } from '@eventpass/api/gates/testing'
import type { Digest, EventId, TenantId } from '@eventpass/domain'
import { pino } from 'pino'
import postgres from 'postgres'
import { type Central, openCentral } from '../src/compose/open-central.ts'
import { readEnv } from '../src/env.ts'
import { type Client, type ClientPlan, createClient, createTeller, type Wish } from './client.ts'

/** One device of so many also pushes its scans, and so ends claims. */
const tellersOneOf = 5
/** Clients ask for about the same few codes at a time, which then are all taken, and go on. */
const rivalWishes = 8
/** Of ten questions so many are for those; the others for anything that was asked for before. */
const rivalsOfTen = 7

/** An event with a list and two gifts, and the devices that claim there. */
export interface Field {
  readonly event: string
  readonly createClients: (
    run: Pick<ClientPlan, 'origins' | 'recorder' | 'isOver'> & {
      /** How much of the run is done, from 0 to 1 and more. */
      readonly progress: () => number
    },
  ) => readonly Client[]
}

export interface FieldPlan {
  readonly clients: number
  readonly invitees: number
  readonly withIndex: boolean
}

/** Makes everything ready in the database of these settings, before the nodes start. */
export async function openField(
  settings: Readonly<Record<string, string>> & { readonly DATABASE_URL: string },
  plan: FieldPlan,
): Promise<Field> {
  const env = readEnv({ ...settings, WORKERS: 'false', SIGNUP: 'true' })
  const central = await openCentral(env, pino({ level: 'silent' }))
  try {
    const { event, wishes, devices } = await fill(central, plan)
    if (!plan.withIndex) await dropIndexes(settings.DATABASE_URL)
    return {
      event,
      createClients: ({ progress, ...run }) =>
        devices.map((device, no) => {
          const nextWish = () => pickWish(wishes, progress())
          const create = no % tellersOneOf === 0 ? createTeller : createClient
          return create({ ...run, device, nextWish })
        }),
    }
  } finally {
    await central.close()
  }
}

async function fill(central: Central, { clients, invitees }: FieldPlan) {
  const world = { deps: central.deps, clock: { ms: 0 } }
  const owner = await openTenant(world)
  const caller = await owner.call()
  const { id: event, lists, gates } = await openEvent(owner)
  const [list, gate] = [lists[0]?.id, gates[0]?.id]
  if (!list || !gate) throw new Error('A new event has a list and a gate.')
  const bag = await caller.gifts.create({ event, name: 'Bag' })
  // Too few for everybody: the last ones are fought for.
  const stock = Math.ceil(invitees / 3)
  const book = await caller.gifts.create({ event, name: 'Book', stock })
  const bytes = (async function* () {
    const names = Array.from({ length: invitees }, () => `Guest ${randomUUID()}`)
    yield new TextEncoder().encode(['Name', ...names].join('\n'))
  })()
  const { id } = await caller.invitees.upload({ event, fileName: 'list.csv', bytes })
  await caller.invitees.importCommit({ id })
  const devices: TestDevice[] = []
  while (devices.length < clients) {
    devices.push(await pairDevice(world, owner, { event, list, gate }))
  }
  const tenant = devices[0]?.grant.tenant
  if (!tenant) throw new Error('Nobody claims.')
  const digests = await findDigests(central, tenant, event, invitees)
  const wishes = digests.flatMap((digest): Wish[] => [
    { what: 'scan', list, digest },
    { what: 'gift', list: bag.id, digest },
    { what: 'gift', list: book.id, digest },
  ])
  return { event, wishes, devices }
}

function findDigests(
  { deps }: Central,
  tenant: TenantId,
  event: EventId,
  count: number,
): Promise<readonly Digest[]> {
  return deps.tx(tenant, async ({ manifest }) => {
    const { tickets } = await manifest.findChanges(event, 0, 2 ** 40, count)
    if (tickets.length !== count) throw new Error(`${tickets.length} of ${count} are there.`)
    return tickets.map(({ digest }) => digest)
  })
}

async function dropIndexes(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1 })
  await sql`drop index claims_slot_key, claims_gift_key`
  await sql.end()
}

function pickWish(wishes: readonly Wish[], progress: number): Wish {
  const front = Math.min(Math.floor(progress * wishes.length), wishes.length - rivalWishes)
  const at = randomInt(10) < rivalsOfTen ? front + randomInt(rivalWishes) : randomInt(front + 1)
  const wish = wishes[at]
  if (!wish) throw new Error('There is nothing to ask for.')
  return wish
}
