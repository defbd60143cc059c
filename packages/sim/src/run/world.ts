import { assert, type DeviceId, type EventId, type GateId, type ListId } from '@eventpass/domain'
import type { OwnScan, UpstreamAnswer } from '@eventpass/sync'
import { isProvisional } from '../central/balancer.ts'
import { type Central, createCentral } from '../central/central.ts'
import { type IssuedTicket, issueTickets } from '../central/issue-tickets.ts'
import type { AuthorityRow, ScanRow } from '../central/rows.ts'
import { findBroken } from '../check/find-broken.ts'
import { createTablet, type Life, type Tablet } from '../gate/tablet.ts'
import { createTabletClock } from '../gate/tablet-clock.ts'
import { emptyTabletDisk } from '../gate/tablet-disk.ts'
import { createRandom } from '../kernel/random.ts'
import { createSimCrypto } from '../kernel/sim-crypto.ts'
import { turnOfEvents } from '../kernel/trap.ts'
import { createVirtualTime, type VirtualTime } from '../kernel/virtual-time.ts'
import { createHub, type Hub } from '../net/hub.ts'
import { createImpostor } from '../net/impostor.ts'
import { createLine } from '../net/line.ts'
import type { Request } from '../net/request.ts'
import type { Plan, TabletPlan } from '../plan/steps.ts'
import { notePromise, readPromise } from './note-promise.ts'
import type { RareState } from './rare.ts'
import { createTruth, type Truth } from './truth.ts'

const silentHub = '0000000b-0000-4000-8000-000000000001' as DeviceId
const startMs = Date.UTC(2026, 5, 1, 18)

/** One event with its central, its tablets, and the truth about them. */
export interface World {
  readonly time: VirtualTime
  readonly central: Central
  readonly hub: Hub
  readonly event: EventId
  readonly lists: readonly ListId[]
  readonly tablets: Tablet[]
  /** Codes as they were printed, by ticket of the plan; reprints and late issues behind them. */
  readonly tickets: IssuedTicket[]
  readonly truth: Truth
  readonly violations: string[]
  readonly rare: Set<RareState>
  readonly faults: string[]
  /** Every tablet sleeps, for hours. */
  isNight: boolean
  /** Called when central's database went back to what it was at that moment. */
  onCentralRestored: (takenAtMs: number) => void
  /** Awaits something while time goes on; throws where it takes longer than `msMax`. */
  readonly during: <T>(work: Promise<T>, msMax: number) => Promise<T>
  /** Adds a tablet that starts with an empty disk. */
  readonly addTablet: (plan: TabletPlan) => Tablet
  readonly pair: (tablet: Tablet, plan: TabletPlan) => Promise<void>
  /** Hands the granting of claims to a hub that nobody hears, or back to central. */
  readonly giveAuthority: (toHub: boolean) => Promise<void>
}

export async function openWorld(plan: Plan): Promise<World> {
  const random = createRandom(`run/${plan.seed}`)
  const time = createVirtualTime(startMs, turnOfEvents)
  const subtle = createSimCrypto(random.fork('keys'))
  const truth = createTruth()
  const violations: string[] = []
  const faults: string[] = []
  const rare = new Set<RareState>()
  const during = async <T>(work: Promise<T>, msMax: number): Promise<T> => {
    let isOver = false
    const watched = work.finally(() => {
      isOver = true
    })
    watched.catch(() => undefined)
    await time.runUntil(time.nowMs() + msMax, () => isOver)
    assert(isOver, `what was awaited did not end within ${msMax} ms`)
    return watched
  }

  const note = (state: RareState) => void rare.add(state)
  const central: Central = await during(
    createCentral({
      ...{ time, subtle, random: random.fork('central'), nodes: plan.nodes ?? 0, note },
      onTakenOut(key) {
        truth.replayed.set(key, central.incarnation())
        const fault = findBroken(central.database, readPromise(key))
        if (fault) violations.push(`provisional: ${key} is out of its journal and ${fault}`)
      },
    }),
    1_000,
  )
  central.database.onCommit((tables) => {
    if (!tables.has('scans')) return
    for (const { hash } of central.database.rows<ScanRow>('scans')) truth.stored.add(hash)
  })
  const venue = await during(openVenue(central, plan.stock ?? null), 10_000)
  const tickets = [
    ...(await during(
      issueTickets(central.database, central.deps, central.tenant, venue.event, plan.tickets),
      1_000,
    )),
  ]
  const impostor = await createImpostor(subtle, random.fork('impostor'), {
    nowMs: time.nowMs,
    incarnation: central.incarnation,
  })
  const hub = createHub({ time, subtle, random: random.fork('hub'), central, note })
  const onAnswer = ({ name, input }: Request, answer: UpstreamAnswer) => {
    checkReceipt(central, violations, name, answer)
    if (isProvisional(answer)) notePromise(truth, name, input)
    else if (name === 'claim') noteClaim(central, truth, input, answer)
  }

  const world: World = {
    ...{
      time,
      central,
      hub,
      truth,
      violations,
      rare,
      faults,
      during,
      tickets,
      tablets: [],
      ...venue,
    },
    isNight: false,
    onCentralRestored: () => undefined,
    addTablet(tabletPlan) {
      const name = `T${world.tablets.length + 1}`
      const own = random.fork(name)
      const net = { time, central, impostor, hub, onAnswer, note }
      const tablet = createTablet({
        ...{ time, subtle, random: own, name, disk: emptyTabletDisk() },
        line: createLine(net, tabletPlan.line, own.fork('line')),
        clock: createTabletClock(time, tabletPlan.clock, own.fork('clock')),
        events: {
          onLife: (life: Life) => truth.lives.push(life),
          onCommit(life: Life, scan: OwnScan) {
            truth.record(life, scan)
            if (tabletPlan.clock.lies !== 'none') truth.liars.add(scan.body.device)
          },
          onFault: (of, fault) => faults.push(`${of}: ${String(fault)}`),
        },
      })
      world.tablets.push(tablet)
      return tablet
    },
    pair: (tablet, tabletPlan) => pairTablet(world, venue.gates, tablet, tabletPlan),
    giveAuthority: (toHub) =>
      central.database.tx(async (tx) => {
        const authorities = tx.table<AuthorityRow>('authorities')
        await tx.lock(`authority/${venue.event}`)
        const { no } = authorities.get(venue.event) ?? { no: 1 }
        authorities.set(venue.event, { no: no + 1, hub: toHub ? silentHub : null })
      }),
  }
  for (const tabletPlan of plan.tablets) {
    const tablet = world.addTablet(tabletPlan)
    tablet.line.isCalm = true
    tablet.start()
    await world.during(world.pair(tablet, tabletPlan), 60_000)
    assert(tablet.status()?.stage === 'ready', 'a tablet over a good line is ready in time')
    tablet.line.isCalm = false
  }
  return world
}

/** An event with a list that counts once, one of stays, a gift, and two gates. */
async function openVenue({ owner }: Central, stock: number | null) {
  const { id: event } = await owner.events.create({
    ...{ name: 'Harbour Festival', timeZone: 'Europe/Berlin' },
    ...{ startsMs: startMs, endsMs: startMs + 36_000_000 },
    policy: { unlisted: 'steward', byName: 'steward' },
  })
  const shape = {
    reEntry: true,
    categories: null,
    unpaid: 'ask' as const,
    rules: [],
    question: null,
  }
  await owner.events.addList({ event, list: { name: 'Terrace', counting: 'stay', ...shape } })
  await owner.events.addGate({ event, name: 'South' })
  const { lists, gates } = await owner.events.get({ event })
  const { id: gift } = await owner.gifts.create({ event, name: 'Shirt', stock })
  const ordered = [...lists].sort((a, b) => (a.counting < b.counting ? -1 : 1))
  return { event, lists: [...ordered.map(({ id }) => id), gift], gates: gates.map(({ id }) => id) }
}

/** A link, its code, a person's yes, and the first load, over a line that is good meanwhile. */
async function pairTablet(
  { central, event, lists, time }: World,
  gates: readonly GateId[],
  tablet: Tablet,
  plan: TabletPlan,
): Promise<void> {
  const list = lists[plan.list]
  const gate = gates[tablet.name.charCodeAt(1) % gates.length]
  assert(list && gate, 'a venue has lists and gates')
  const { path } = await central.owner.devicesAdmin.pair({ event, list, gate, role: plan.role })
  const code = path.slice(path.indexOf('=') + 1)
  // A lost answer uses the code up; a person then makes another link.
  const view = await tablet.gate()?.pair(code, tablet.name)
  if (view?.state !== 'waiting') return
  const waiting = await central.owner.devicesAdmin.list({ event })
  const device = waiting.find((one) => one.state === 'waiting')
  if (device) await central.owner.devicesAdmin.accept({ device: device.id })
  for (let tries = 0; tries < 60 && tablet.status()?.stage !== 'ready'; tries += 1) {
    await time.sleep(500)
  }
}

/** Remembers what a claim was told, for good; one that a hub is to answer was told nothing. */
function noteClaim(central: Central, truth: Truth, input: unknown, answer: UpstreamAnswer): void {
  if (!answer.ok) return
  const { device, op } = input as { readonly device: string; readonly op: string }
  const { outcome } = answer.value as { readonly outcome: string }
  if (outcome === 'ask_hub') return
  truth.claimAnswers.push({ incarnation: central.incarnation(), name: `${device}/${op}`, outcome })
}

/** SY2, SY3: what central signs for, it holds, link by link from the first on. */
function checkReceipt(
  central: Central,
  violations: string[],
  name: string,
  answer: UpstreamAnswer,
): void {
  if (!answer.ok || (name !== 'push' && name !== 'contact')) return
  const { receipt } = answer.value as { readonly receipt?: { readonly bytes: string } }
  if (!receipt) return
  const { device, throughSeq, hash, incarnation } = JSON.parse(receipt.bytes)
  // An answer of a life that was lost meanwhile says nothing of this one.
  if (incarnation !== central.incarnation()) return
  let [seq, head] = [throughSeq, hash]
  while (seq > 0) {
    const link = central.database.row<ScanRow>('scans', `${device}/${seq}/${head}`)
    if (link === undefined) {
      violations.push(`receipt: ${name} signs for number ${seq} of ${device}, which is not stored`)
      return
    }
    seq -= 1
    head = link.prev
  }
}
