import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, openEvent, openTenant, pairDevice } from '@eventpass/api/testing'
import { openDatabase } from '@eventpass/db'
import {
  countOutbox,
  type Outcome,
  openWorld,
  readOutcome,
  ruleAllAgain,
} from '@eventpass/db/testing'
import type { EventId, GateId, ListId, TenantId } from '@eventpass/domain'
import { freePort } from '@eventpass/tooling/free-port'
import { pino } from 'pino'
import postgres from 'postgres'
import { type Central, openCentral } from '../compose/open-central.ts'
import { readEnv } from '../env.ts'
import { createMortal, type Mortal } from '../kill-loops/mortal.fake.ts'
import type { Code } from './turnstile.fake.ts'

/** A node of central as a process of its own. */
interface Node extends Mortal {
  readonly origin: string
  readonly health: () => Promise<Health>
  readonly until: (holds: (health: Health) => boolean) => Promise<Health>
}

interface Health {
  readonly status: string
  readonly failover: {
    readonly state: string
    readonly waiting: number
    readonly parked: number
    readonly oldestSeconds: number
  }
}

/** An event on a Postgres, with guests whose codes are known, and nodes that serve it. */
export interface Field {
  readonly event: EventId
  readonly tenant: TenantId
  readonly owner: Browser
  readonly codes: readonly Code[]
  readonly newNode: () => Promise<Node>
  readonly newFolder: () => Promise<string>
  readonly pair: () => ReturnType<typeof pairDevice>
  /** A pairing link's code, and how a person accepts whoever opened it. */
  readonly invite: () => Promise<{ readonly code: string; readonly accept: () => Promise<void> }>
  /** Ops of accepted claims. */
  readonly acceptedOps: () => Promise<readonly string[]>
  /** Ops that incidents name, whatever became of those. */
  readonly namedOps: () => Promise<readonly string[]>
  /** Those of these scans that are not in central's ledger. */
  readonly findLost: (scans: readonly string[]) => Promise<readonly string[]>
  /** Rows of the outbox that wait for their effect. */
  readonly countOpenWork: () => Promise<number>
  /** What was ruled, by db's own reading of it; and again after ruling over everything once more. */
  readonly readOutcome: () => Promise<Outcome>
  readonly ruleAllAgain: () => Promise<void>
  /** How many people were let in on each ticket, by the scans: those of two or more are doubles. */
  readonly countDoubles: () => Promise<{ readonly open: number; readonly byScans: number }>
  readonly close: () => Promise<void>
}

const lookEveryMs = 50

export async function openField(databaseUrl: string, guestCount: number): Promise<Field> {
  const folders: string[] = []
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'failover-'))
    folders.push(folder)
    return folder
  }
  const nodes: Mortal[] = []
  // One folder for all, as on one machine: snapshots are served by whichever node is asked.
  const dataDir = await newFolder()
  const shared = { DATABASE_URL: databaseUrl, MASTER_KEY: randomBytes(32).toString('hex') }
  const settings = { ...shared, DATA_DIR: await newFolder(), SIGNUP: 'true', WORKERS: 'false' }
  const central = await openCentral(readEnv(settings), pino({ level: 'silent' }))
  const set = await openEventWithGuests(central, guestCount)
  const { event, tenant } = set
  const database = await openDatabase({ url: databaseUrl, connectionsMax: 2 })
  const reading = await openWorld(database)
  // Beside the API, whose lists end somewhere.
  const reads = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  return {
    ...set,
    newFolder,
    acceptedOps: async () => (await reading.readClaims(tenant, event)).map(({ op }) => op),
    async namedOps() {
      const rows = await reads`select jsonb_array_elements_text(scans) as op from incidents
        where event = ${event}`
      return rows.map(({ op }) => String(op))
    },
    async findLost(scans) {
      const rows = await reads`select id::text as id from scans where event = ${event}`
      const here = new Set(rows.map(({ id }) => String(id)))
      return scans.filter((id) => !here.has(id))
    },
    countOpenWork: async () => (await countOutbox(database)).waiting,
    readOutcome: () => readOutcome(database, event),
    ruleAllAgain: () => ruleAllAgain(database, tenant, event),
    async countDoubles() {
      const [row] = await reads`select
          (select count(*)::int from incidents where event = ${event}
             and kind = 'double_admission' and status = 'open') as open,
          (select count(*)::int from (
             select from scans where event = ${event} and verdict = 'admit' and act = 'entry'
             group by list, invitee_no having count(*) > 1) as doubles) as "byScans"`
      return { open: Number(row?.open), byScans: Number(row?.byScans) }
    },
    async newNode() {
      const node = await createNode({ ...shared, DATA_DIR: dataDir })
      nodes.push(node)
      return node
    },
    async close() {
      await Promise.all(nodes.map((node) => node.kill()))
      await reads.end()
      await database.close()
      await central.close()
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
    },
  }
}

async function openEventWithGuests(central: Central, guestCount: number) {
  const world = { deps: central.deps, clock: { ms: 0 } }
  const owner = await openTenant(world)
  const caller = await owner.call()
  const { id: event, lists, gates } = await openEvent(owner)
  const [list, gate] = [lists[0]?.id, gates[0]?.id] as [ListId, GateId]
  const bytes = (async function* () {
    const names = Array.from({ length: guestCount }, (_, at) => `Guest ${at + 1}`)
    yield new TextEncoder().encode(['Name', ...names].join('\n'))
  })()
  const { id } = await caller.invitees.upload({ event, fileName: 'list.csv', bytes })
  await caller.invitees.importCommit({ id })
  const place = { event, list, gate }
  const first = await pairDevice(world, owner, place)
  const { tenant } = first.grant
  const { tickets } = await central.deps.tx(tenant, ({ manifest }) =>
    manifest.findChanges(event, 0, 2 ** 40, guestCount),
  )
  const digests = new Map(tickets.map(({ invitee, digest }) => [Number(invitee), digest]))
  const printed = await caller.tickets.export({ event })
  const codes = printed.flatMap(({ no, token: qr }): Code[] => {
    const digest = digests.get(Number(no))
    return digest ? [{ qr, digest }] : []
  })
  return {
    ...{ event, tenant, owner, codes },
    pair: () => pairDevice(world, owner, place),
    async invite() {
      const asPerson = await owner.call()
      const { path } = await asPerson.devicesAdmin.pair({ ...place, role: 'steward' })
      const code = new URLSearchParams(path.slice(path.indexOf('#') + 1)).get('pair') ?? ''
      const before = new Set((await asPerson.devicesAdmin.list({ event })).map((one) => one.id))
      const accept = async () => {
        const all = await asPerson.devicesAdmin.list({ event })
        const device = all.find((one) => !before.has(one.id))?.id
        if (device) await asPerson.devicesAdmin.accept({ device })
      }
      return { code, accept }
    },
  }
}

async function createNode(env: Readonly<Record<string, string>>): Promise<Node> {
  const port = await freePort()
  const more = { PORT: String(port), PAGES: 'false', DEMO: 'false', LOG_LEVEL: 'warn' }
  const mortal = createMortal('apps/server/src/main.ts', { ...more, ...env }, /http:\/\/localhost/)
  const origin = `http://127.0.0.1:${port}`
  const health = async () => (await (await fetch(`${origin}/health`)).json()) as Health
  return {
    ...mortal,
    origin,
    health,
    async until(holds) {
      for (;;) {
        const now = await health().catch(() => null)
        if (now && holds(now)) return now
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
      }
    },
  }
}
