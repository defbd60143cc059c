/**
 * Goal: a history in which central was fooled is told from one in which it was not.
 * Method: a good history of two gates and one code, and then the same with one thing that must never
 * be, one after the other.
 */
import { expect, test } from 'vitest'
import { checkHistory } from './check-history.ts'
import type { Asked, End, Heard, Release, StoredClaim } from './history.ts'

const key = 'list/code'
const accepted: Heard = { kind: 'accepted', told: 'yes, at 10' }
const takenBy = (by: string): Heard => ({ kind: 'taken', by, told: `no, ${by} has it` })
const unknown: Heard = { kind: 'unknown', why: 'no answer' }

/** One question of an op named like its body; times are those of the question, 5 ms long. */
function ask(op: string, fromMs: number, heard: Heard, change: Partial<Asked> = {}): Asked {
  return {
    op,
    device: `d-${op}`,
    key,
    body: `${op} asks`,
    fromMs,
    toMs: fromMs + 5,
    heard,
    ...change,
  }
}

function store(op: string, atMs: number, change: Partial<StoredClaim> = {}): StoredClaim {
  const body = `${op} asks`
  return { op, device: `d-${op}`, key, body, outcome: 'accepted', atMs, voidedMs: null, ...change }
}

const asked: readonly Asked[] = [
  ask('a', 10, unknown),
  ask('b', 20, takenBy('a')),
  ask('a', 30, accepted),
  // Its scan says refuse from 40 to 45: whoever asks later may have it.
  ask('c', 50, { kind: 'accepted', told: 'yes, at 52' }),
  ask('c', 60, { kind: 'op_reused' }, { body: 'c asks for more' }),
]
const releases: readonly Release[] = [{ op: 'a', fromMs: 40, toMs: 45 }]
const claims: readonly StoredClaim[] = [
  store('a', 12, { voidedMs: 42 }),
  store('b', 22, { outcome: 'taken' }),
  store('c', 52),
]
const end: End = { claims, gifts: [] }

/** The rules that are broken when the good history is changed like this. */
function rulesOf({
  more = [],
  without = [],
  ends = releases,
  stored = claims,
  gifts = [],
}: {
  readonly more?: readonly Asked[]
  readonly without?: readonly number[]
  readonly ends?: readonly Release[]
  readonly stored?: readonly StoredClaim[]
  readonly gifts?: End['gifts']
}): readonly string[] {
  const all = [...asked.filter((_, at) => !without.includes(at)), ...more]
  return checkHistory(all, ends, { claims: stored, gifts }).map(({ rule }) => rule)
}

const changed = (op: string, change: Partial<StoredClaim>) =>
  claims.map((claim) => (claim.op === op ? { ...claim, ...change } : claim))

test('[CL1] a history with answers that were lost, a claim that was ended and one that follows is good', () => {
  expect(checkHistory(asked, releases, end)).toEqual([])
})

test('[CL1] a key that was granted twice is found, in the answers and in the rows', () => {
  const found = rulesOf({ ends: [], stored: changed('a', { voidedMs: null }) })
  expect(found).toContain('a key was granted twice')
  expect(found).toContain('two claims of a key stood at once')
  const overlap = rulesOf({ stored: changed('a', { voidedMs: 58 }) })
  expect(overlap).toEqual(['two claims of a key stood at once'])
})

test('[CL1] an accepted claim that is not there in the end, or is there as something else, is found', () => {
  const lost = rulesOf({ stored: claims.filter(({ op }) => op !== 'c') })
  expect(new Set(lost)).toEqual(
    new Set(['what was told is not there', 'op_reused without another question']),
  )
  const other = rulesOf({ stored: changed('c', { outcome: 'refused' }) })
  expect(other).toEqual(['something else is there than was told'])
})

test('[CL1] a claim that ended though no device ended it is found', () => {
  expect(rulesOf({ stored: changed('c', { voidedMs: 70 }) })).toEqual([
    'a claim was ended by nobody',
  ])
  const early = rulesOf({ stored: changed('a', { voidedMs: 25 }) })
  expect(early).toEqual(['a claim was ended by nobody'])
})

test('[LG7] a question that nobody asked again, and one that is told two things, are found', () => {
  expect(rulesOf({ without: [2] })).toEqual(['never settled'])
  const again = ask('c', 70, { kind: 'accepted', told: 'yes, at 71' })
  expect(rulesOf({ more: [again] })).toEqual(['the same question got two answers'])
})

test('[LG7] an op that answers two questions, and one refused as reused that was not, are found', () => {
  const second = ask('c', 70, { kind: 'accepted', told: 'yes, at 71' }, { body: 'c asks for more' })
  expect(rulesOf({ more: [second] })).toContain('an op answered two questions')
  const same = ask('c', 70, { kind: 'op_reused' })
  expect(rulesOf({ more: [same] })).toEqual(['op_reused without another question'])
})

test('[CL2] a claim told taken by one that never was, came later or was over is found', () => {
  const late = (by: string) => ({
    more: [ask('e', 70, takenBy(by))],
    stored: [...claims, store('e', 72, { outcome: 'taken' })],
  })
  expect(rulesOf(late('c'))).toEqual([])
  expect(rulesOf(late('b'))).toEqual(['taken by a claim that never was'])
  expect(rulesOf(late('a'))).toEqual(['taken by a claim that was over'])
  const early = {
    more: [ask('e', 25, takenBy('c'))],
    stored: [...claims, store('e', 27, { outcome: 'taken' })],
  }
  expect(rulesOf(early)).toEqual(['taken by a later claim'])
})

test('a row that nobody asked for, and an answer that no claim may get, are found', () => {
  expect(rulesOf({ stored: [...claims, store('x', 70, { key: 'list/other' })] })).toEqual([
    'a claim that nobody asked for',
  ])
  const [found] = rulesOf({ more: [ask('c', 70, { kind: 'wrong', what: 'HTTP 401' })] })
  expect(found).toBe('an answer that must not be: HTTP 401')
})

test('gifts beyond the stock, and a counter that is off, are found', () => {
  const stored = claims.map((claim) => ({ ...claim, key: 'gift/code' }))
  const history = (stock: number | null, taken: number) =>
    checkHistory(
      asked.map((each) => ({ ...each, key: 'gift/code' })),
      releases,
      { claims: stored, gifts: [{ id: 'gift', stock, taken }] },
    ).map(({ rule }) => rule)
  expect(history(1, 1)).toEqual([])
  expect(history(null, 2)).toEqual(['1 gifts went out, 2 are counted'])
  expect(history(0, 1)).toEqual(['1 of 0 gifts went out'])
})
