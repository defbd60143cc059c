import type { TenantId } from '@eventpass/domain'
import { acceptClaim, type ClaimDeps, type Claimed } from '../claims/accept-claim.ts'
import { type CodeDeps, claimAtDesk } from '../claims/scan-code.ts'
import { acceptPush, type PushDeps } from '../ledger/accept-push.ts'
import { describeCause } from '../outbox/describe-cause.ts'
import { randomUuid } from '../random-ids.ts'
import { type Loser, raiseLosers } from './end-provisional.ts'
import type { Journal, JournalEntry } from './journal.ts'
import { JournaledWork } from './journaled-work.ts'

/** Entries that are replayed at once; those of one device or one code follow each other all the same. */
const atOnceMax = 64
/** Times that the journal is walked through, each time what came in meanwhile, before new work may pass. */
const roundsMax = 2
/** Replays of an entry that fail for no fault of the database's; then it waits for a person. */
const triesMax = 5

export interface ReplayDeps extends ClaimDeps, CodeDeps, PushDeps {
  readonly tx: CodeDeps['tx']
  readonly journal: Journal
  /** Whether an error says that the database is not there, and so nothing of the work. */
  readonly isGone: (error: unknown) => boolean
  readonly onReplayed: (end: ReplayEnd) => void
  readonly warn: (sentence: string) => void
}

/** How an entry ended: as it was told, in an incident, or put aside for a person. */
export type ReplayEnd = 'confirmed' | 'incident' | 'pushed' | 'parked'

/**
 * Does what was journaled as ordinary ops under the same ids (CL4); false where the database went away
 * again, or the signal was raised.
 *
 * An entry is taken out only after its work is committed, and doing it twice changes nothing: so it may
 * be killed anywhere. While it goes on, new work is journaled behind it and keeps its turn; after some
 * rounds `caughtUp` lets new work pass, so that a load as fast as the replay holds nothing up for good.
 */
export async function replayJournal(
  deps: ReplayDeps,
  caughtUp: () => void,
  signal: AbortSignal,
): Promise<boolean> {
  for (let rounds = 1; ; rounds += 1) {
    const round = await replayRound(deps, signal)
    if (round !== 'more') return round === 'none'
    if (rounds === roundsMax) caughtUp()
  }
}

async function replayRound(
  deps: ReplayDeps,
  signal: AbortSignal,
): Promise<'none' | 'more' | 'stopped'> {
  let afterNo = 0
  // As much as waits now: what comes in meanwhile is the next round's, or no round would end under load.
  let left = (await deps.journal.readFigures()).waiting
  for (;;) {
    if (signal.aborted) return 'stopped'
    const page = await deps.journal.findWaiting(afterNo, atOnceMax)
    const last = page.at(-1)
    if (!last) return afterNo === 0 ? 'none' : 'more'
    if (!(await replayPage(deps, page))) return 'stopped'
    afterNo = last.no
    left -= page.length
    if (left <= 0) return 'more'
  }
}

/** Lanes: an entry waits for those before it that share its device or its code. */
async function replayPage(deps: ReplayDeps, page: readonly JournalEntry[]): Promise<boolean> {
  const tails = new Map<string, Promise<unknown>>()
  const ends = page.map((entry) => {
    const work = read(entry)
    const lanes = work ? lanesOf(work) : []
    const before = lanes.flatMap((lane) => tails.get(lane) ?? [])
    const end = Promise.all(before).then(() => replayOne(deps, entry, work))
    for (const lane of lanes) tails.set(lane, end)
    return end
  })
  const replayed = await Promise.all(ends)
  const ended = await nameLosers(deps, page, replayed)
  await deps.journal.remove(page.flatMap(({ no }, at) => (ended[at] === 'done' ? [no] : [])))
  return !ended.includes('gone')
}

/** Of a page together: people who all tried one code while Postgres was away lost in one matter. */
async function nameLosers(
  deps: ReplayDeps,
  page: readonly JournalEntry[],
  replayed: readonly Replayed[],
): Promise<readonly EntryState[]> {
  const ended = replayed.map((one) => (typeof one === 'string' ? one : 'done'))
  const lost = page.flatMap((entry, at): Lost[] => {
    const one = replayed[at]
    return typeof one === 'object' ? [{ at, entry, loser: one.loser }] : []
  })
  const nameAll = async (tenant: TenantId, some: readonly Lost[]): Promise<void> => {
    const losers = some.map(({ loser }) => loser)
    try {
      await deps.tx(tenant, (tx) => raiseLosers(tx, losers))
      for (const _ of some) deps.onReplayed('incident')
    } catch (error) {
      // One that cannot be named must not hold up the others.
      if (some.length > 1 && !deps.isGone(error)) {
        for (const one of some) await nameAll(tenant, [one])
      } else for (const { at, entry } of some) ended[at] = await keep(deps, entry, error, false)
    }
  }
  for (const tenant of new Set(lost.map(({ entry }) => entry.tenant))) {
    const ofTenant = lost.filter(({ entry }) => entry.tenant === tenant)
    await nameAll(tenant, ofTenant)
  }
  return ended
}

/** `gone` where the database is not there: nothing is known of the entry, and it waits on. */
type EntryState = 'done' | 'kept' | 'gone'
type Replayed = EntryState | Loss

/** Decided otherwise than it was told; to be named. */
interface Loss {
  readonly loser: Loser
}

interface Lost extends Loss {
  readonly at: number
  readonly entry: JournalEntry
}

function read({ work }: JournalEntry): JournaledWork | null {
  try {
    return JournaledWork.parse(JSON.parse(work))
  } catch {
    return null
  }
}

function lanesOf(work: JournaledWork): readonly string[] {
  if (work.kind === 'push') return [work.push.device]
  if (work.kind === 'desk') return [work.event, `${work.list}/${work.digest}`]
  return [work.claim.device, `${work.claim.list}/${work.claim.digest}`]
}

async function replayOne(
  deps: ReplayDeps,
  entry: JournalEntry,
  work: JournaledWork | null,
): Promise<Replayed> {
  try {
    if (!work) throw new Error('It cannot be read: another version wrote it, or it is damaged.')
    const end = await replayWork(deps, entry, work)
    if (typeof end === 'object') return end
    deps.onReplayed(end)
    return 'done'
  } catch (error) {
    return keep(deps, entry, error, !work)
  }
}

async function keep(
  { isGone, journal, warn, onReplayed }: ReplayDeps,
  { no, key, tries }: JournalEntry,
  error: unknown,
  isHopeless: boolean,
): Promise<EntryState> {
  if (isGone(error)) return 'gone'
  const parked = isHopeless || tries + 1 >= triesMax
  await journal.noteFailure(no, describeCause(error), parked)
  if (parked) {
    warn(`The journal’s entry ${key} cannot be replayed and waits: ${describeCause(error)}`)
    onReplayed('parked')
  }
  return 'kept'
}

async function replayWork(
  deps: ReplayDeps,
  { tenant, atMs }: JournalEntry,
  work: JournaledWork,
): Promise<ReplayEnd | Loss> {
  if (work.kind === 'push') {
    const pushed = await acceptPush(deps, tenant, work.push)
    if (!pushed.ok) throw new Error(pushed.failure.message)
    return 'pushed'
  }
  if (work.kind === 'desk') return replayAtDesk(deps, tenant, atMs, work)
  const { event, what, claim } = work
  const claimed = await acceptClaim(deps, tenant, claim, what)
  const { list, device, op } = claim
  const answer = claimed.ok ? claimed.value : null
  return settle({ event, list, device, op }, answer)
}

async function replayAtDesk(
  deps: ReplayDeps,
  tenant: TenantId,
  atMs: number,
  { what, event, list, gate, op, digest }: JournaledWork & { readonly kind: 'desk' },
): Promise<ReplayEnd | Loss> {
  const agoMs = Math.max(0, deps.now() - atMs)
  const place = { list, gate }
  const claimed = await deps.tx(tenant, async (tx) => {
    const desk = await tx.desks.lockDesk(event, { id: randomUuid(deps), ...place })
    if (!desk) throw new Error('Its event has no such list, gift or gate any more.')
    return claimAtDesk(deps, tx, desk, what, { event, ...place, op }, digest, agoMs)
  })
  const answer = claimed.ok ? claimed.value : null
  return settle({ event, list, device: null, op }, answer)
}

function settle(told: Omit<Loser, 'claimed'>, claimed: Claimed | null): ReplayEnd | Loss {
  return claimed?.outcome === 'accepted' ? 'confirmed' : { loser: { ...told, claimed } }
}
