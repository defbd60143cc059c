import type { Asked, End, Release, StoredClaim, Violation } from './history.ts'
import { broken, createAnswerWatch } from './watch-answers.ts'

/** The database rounds its clock to whole ms, and so does this process. */
const roundingMs = 2

/**
 * Judges all that was asked by what is there in the end (CL1, LG7). Answers no violation where of each
 * key one claim at a time stood, every `accepted` is there or was ended by its device, every
 * `unknown` was settled by asking again, and nothing is there that nobody asked for.
 */
export function checkHistory(
  asked: readonly Asked[],
  releases: readonly Release[],
  end: End,
): readonly Violation[] {
  const stored = new Map(end.claims.map((claim) => [claim.op, claim]))
  const byOp = groupBy(asked, ({ op }) => op)
  const ends = groupBy(releases, ({ op }) => op)
  return [
    ...checkAnswers(asked, releases),
    ...[...byOp].flatMap(([op, questions]) => checkOp(op, questions, stored.get(op))),
    ...asked.flatMap((each) => checkTaken(each, stored, ends)),
    ...end.claims.flatMap((claim) => checkStored(claim, byOp, ends)),
    ...[...groupBy(end.claims.filter(isAccepted), ({ key }) => key).values()].flatMap(
      checkOneAtATime,
    ),
    ...end.gifts.flatMap((gift) => checkStock(gift, end.claims)),
  ]
}

function checkAnswers(asked: readonly Asked[], releases: readonly Release[]): readonly Violation[] {
  const watch = createAnswerWatch()
  const steps = [
    ...asked.map((each) => ({ atMs: each.toMs, note: () => watch.noteAnswer(each) })),
    // Before answers of the same moment: it was begun before they were heard.
    ...releases.map((each) => ({ atMs: each.fromMs - 1, note: () => watch.noteRelease(each) })),
  ].sort((a, b) => a.atMs - b.atMs)
  return steps.flatMap(({ note }) => note() ?? [])
}

/** What a client was told is what is there, and nobody was left without an answer. */
function checkOp(
  op: string,
  questions: readonly Asked[],
  stored: StoredClaim | undefined,
): readonly Violation[] {
  const found: Violation[] = []
  for (const { body, heard } of questions) {
    if (heard.kind === 'op_reused') {
      if (!stored || stored.body === body)
        found.push(broken('op_reused without another question', op))
    } else if (heard.kind !== 'unknown' && heard.kind !== 'wrong') {
      if (!stored) found.push(broken('what was told is not there', op))
      else if (stored.body !== body || stored.outcome !== heard.kind) {
        found.push(broken('something else is there than was told', op))
      }
    }
  }
  for (const [, same] of groupBy(questions, ({ body }) => body)) {
    if (same.every(({ heard }) => heard.kind === 'unknown')) found.push(broken('never settled', op))
  }
  return found
}

/** Whoever is told `taken` is told of a claim of that key that stood while it asked. */
function checkTaken(
  { op, key, fromMs, toMs, heard }: Asked,
  stored: ReadonlyMap<string, StoredClaim>,
  ends: ReadonlyMap<string, readonly Release[]>,
): readonly Violation[] {
  if (heard.kind !== 'taken') return []
  const holder = stored.get(heard.by)
  if (holder?.outcome !== 'accepted' || holder.key !== key) {
    return [broken('taken by a claim that never was', op, heard.by)]
  }
  if (holder.atMs > toMs + roundingMs) return [broken('taken by a later claim', op, heard.by)]
  const isOver = (ends.get(heard.by) ?? []).some(({ toMs: over }) => over !== null && over < fromMs)
  // Asked again it is told the same for good: only the first time shows what stood then.
  return isOver && holder.voidedMs !== null && isFirst(op, stored, fromMs)
    ? [broken('taken by a claim that was over', op, heard.by)]
    : []
}

/** Whether the op was not there before it was asked at this moment. */
function isFirst(op: string, stored: ReadonlyMap<string, StoredClaim>, fromMs: number): boolean {
  const own = stored.get(op)
  return own !== undefined && own.atMs >= fromMs - roundingMs
}

/** Everything that is there was asked for, and no claim ended but by its own device. */
function checkStored(
  { op, body, outcome, voidedMs }: StoredClaim,
  byOp: ReadonlyMap<string, readonly Asked[]>,
  ends: ReadonlyMap<string, readonly Release[]>,
): readonly Violation[] {
  const isAsked = byOp.get(op)?.some((each) => each.body === body)
  if (!isAsked) return [broken('a claim that nobody asked for', op)]
  if (outcome !== 'accepted' || voidedMs === null) return []
  const isReleased = ends.get(op)?.some(({ fromMs }) => fromMs <= voidedMs + roundingMs)
  return isReleased ? [] : [broken('a claim was ended by nobody', op)]
}

/** Claims of one key stood one after the other. */
function checkOneAtATime(claims: readonly StoredClaim[]): readonly Violation[] {
  const inOrder = claims.filter(stood).toSorted((a, b) => a.atMs - b.atMs)
  return inOrder.flatMap((claim, at) => {
    const before = inOrder[at - 1]
    const isOver =
      !before || (before.voidedMs !== null && before.voidedMs <= claim.atMs + roundingMs)
    return isOver ? [] : [broken('two claims of a key stood at once', before.op, claim.op)]
  })
}

/** A claim that comes after its scan said no is written as ended at once. */
function stood({ atMs, voidedMs }: StoredClaim): boolean {
  return voidedMs !== atMs
}

function checkStock(
  { id, stock, taken }: End['gifts'][number],
  claims: readonly StoredClaim[],
): readonly Violation[] {
  const standing = claims.filter(
    (claim) => isAccepted(claim) && claim.voidedMs === null && claim.key.startsWith(`${id}/`),
  ).length
  const found: Violation[] = []
  if (stock !== null && standing > stock)
    found.push(broken(`${standing} of ${stock} gifts went out`))
  if (standing !== taken) found.push(broken(`${standing} gifts went out, ${taken} are counted`))
  return found
}

function isAccepted({ outcome }: StoredClaim): boolean {
  return outcome === 'accepted'
}

function groupBy<T>(
  all: readonly T[],
  keyOf: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(keyOf(one))
    if (group) group.push(one)
    else groups.set(keyOf(one), [one])
  }
  return groups
}
