import { type Claim, createCaller, type OpenedSession, readUser } from '@eventpass/api'
import type { DeviceId, EventId, TenantId } from '@eventpass/domain'
import { type ClaimInput, PROTOCOL_VERSION } from '@eventpass/sync'
import postgres from 'postgres'
import type { Central } from '../src/compose/open-central.ts'

/** An event's one gate, with tablets at it and guests before it. */
export interface BenchDoor {
  readonly tenant: TenantId
  readonly devices: readonly DeviceId[]
  /** What this tablet asks when the next guest comes whose code nobody claimed yet. */
  readonly nextClaim: (tablet: number) => Claim & ClaimInput
}

/**
 * Opens an event with so many guests, and as many tablets as paired ones are. They are written at
 * once: none signs anything here, since a claim needs no signature.
 */
export async function openDoor(
  central: Central,
  url: string,
  { guests, tablets }: { readonly guests: number; readonly tablets: number },
): Promise<BenchDoor> {
  const event = await openEvent(central)
  const [list, gate] = [event.lists[0]?.id ?? '', event.gates[0]?.id ?? '']
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const [{ tenant } = { tenant: '' }] =
      await sql`select tenant from events where id = ${event.id}`
    const devices = await sql<{ id: DeviceId }[]>`
      insert into devices (tenant, id, event, no, label, role, list, gate, sign_key, wrap_key, state,
        through_hash, words, created_ms)
      select ${tenant}, gen_random_uuid(), ${event.id}, n, 'Tablet ' || n, 'steward', ${list}, ${gate},
        '\\x00', '\\x00', 'active', decode(repeat('00', 32), 'hex'), '[]', 0
      from generate_series(1, ${tablets}::int) as n returning id`
    const digests = await sql<{ digest: string }[]>`
      with people as (
        insert into invitees (tenant, id, event, no, name, fold, revision)
        select ${tenant}, gen_random_uuid(), ${event.id}, n, 'Guest ' || n, 'guest ' || n, 1
        from generate_series(1, ${guests}::int) as n returning id, no
      ) insert into tickets (tenant, id, event, invitee, kid, generation, digest, state, revision)
        select ${tenant}, decode(substr(md5(id::text), 1, 24), 'hex'), ${event.id}, id, 1, 1,
          decode(md5(id::text || 'digest'), 'hex'), 'valid', 1 from people
        returning encode(digest, 'hex') as digest`
    await sql.unsafe('analyze')
    return {
      tenant,
      devices: devices.map(({ id }) => id),
      nextClaim: claimsOf({ list, gate }, devices, digests),
    }
  } finally {
    await sql.end()
  }
}

function claimsOf(
  place: { readonly list: string; readonly gate: string },
  devices: readonly { readonly id: DeviceId }[],
  digests: readonly { readonly digest: string }[],
): BenchDoor['nextClaim'] {
  const seqs = devices.map(() => 0)
  let next = 0
  return (tablet) => {
    const [device, digest] = [devices[tablet]?.id, digests[next]?.digest]
    if (!device || !digest) throw new Error('There are too few tablets, or too few guests.')
    next += 1
    seqs[tablet] = (seqs[tablet] ?? 0) + 1
    const claim = {
      ...{
        protocol: PROTOCOL_VERSION,
        device,
        op: crypto.randomUUID(),
        seq: seqs[tablet],
        epoch: 1,
      },
      ...{ ...place, digest, code: 'genuine', answers: null, confirmed: [], answered: false },
    }
    // As it comes out of the parser, whose time is not a claim's.
    return claim as unknown as Claim & ClaimInput
  }
}

async function openEvent({ deps }: Central) {
  let session: OpenedSession | null = null
  const caller = async () =>
    createCaller({
      ...{ deps, principal: await readUser(deps, session?.secret ?? null) },
      ...{ requestId: 'bench', peer: 'bench' },
      setSession: (opened) => {
        session = opened
      },
    })
  const password = crypto.randomUUID()
  const { accounts } = await caller()
  await accounts.signup({ organisation: 'Bench', email: 'owner@example.org', password })
  const { events } = await caller()
  const { id } = await events.create({
    ...{ name: 'Gala', timeZone: 'Europe/Berlin' },
    ...{ startsMs: 1_790_000_000_000, endsMs: 1_790_036_000_000 },
  })
  return events.get({ event: id as EventId })
}
