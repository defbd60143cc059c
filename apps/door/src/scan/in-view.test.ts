import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  codeLengthMax,
  emptyView,
  lookAtFrame,
  looksLikeTicket,
  outOfViewMs,
  pairingCodeOf,
  stableReadsMin,
  type View,
} from './in-view.ts'

/**
 * Goal: one scan for every time that a person shows a code, and none for noise.
 * Method: frames as data, with the time given. Codes are few, so that they meet often.
 */
const ticket = `EP1${'A'.repeat(79)}`
const other = `EP1${'B'.repeat(79)}`

type Frame = readonly [atMs: number, texts: readonly string[], mayTake?: boolean]

function scansOf(frames: readonly Frame[]): string[] {
  let view: View = emptyView
  const scans: string[] = []
  for (const [atMs, texts, mayTake = true] of frames) {
    const seen = lookAtFrame(view, texts, atMs, mayTake)
    view = seen.view
    if (seen.scan !== null) scans.push(seen.scan)
  }
  return scans
}

const every80Ms = (fromMs: number, untilMs: number, texts: readonly string[]): Frame[] =>
  Array.from({ length: Math.ceil((untilMs - fromMs) / 80) }, (_, n) => [fromMs + n * 80, texts])

test('[DR1] a code held in view for a minute is one scan', () => {
  expect(scansOf(every80Ms(0, 60_000, [ticket]))).toEqual([ticket])
})

test('[DR1] a code counts again only after 1.5 s out of view', () => {
  const shownTwice = (awayMs: number) => [
    ...every80Ms(0, 400, [ticket]),
    ...every80Ms(400, 320 + awayMs, []),
    [320 + awayMs, [ticket]] as const,
  ]
  expect(scansOf(shownTwice(outOfViewMs - 100))).toEqual([ticket])
  expect(scansOf(shownTwice(outOfViewMs + 200))).toEqual([ticket, ticket])
})

test('[DR1] another code is a scan at once, and the first is not scanned again behind it', () => {
  const frames: Frame[] = [
    [0, [ticket]],
    [80, [other]],
    [160, [ticket, other]],
    [240, [other, ticket]],
  ]
  expect(scansOf(frames)).toEqual([ticket, other])
})

test('[DR1] a stall of the camera does not make a held code a second scan', () => {
  expect(
    scansOf([
      [0, [ticket]],
      [9_000, [ticket]],
      [9_080, [ticket]],
    ]),
  ).toEqual([ticket])
})

test('[DR1] a code shown while a check runs is taken when the check is over', () => {
  expect(
    scansOf([
      [0, [ticket], false],
      [80, [ticket], false],
      [160, [ticket]],
    ]),
  ).toEqual([ticket])
})

test('[DR2] text that is no ticket is taken only when it was read the same three times', () => {
  expect(stableReadsMin).toBe(3)
  expect(
    scansOf([
      [0, ['menu.example']],
      [80, ['menu.example']],
    ]),
  ).toEqual([])
  expect(scansOf(every80Ms(0, 240, ['menu.example']))).toEqual(['menu.example'])
  expect(
    scansOf([
      [0, ['a1']],
      [80, ['a2']],
      [160, ['a3']],
      [240, ['a4']],
    ]),
  ).toEqual([])
})

test('[DR2] blank text and text beyond a code of ours is never a scan', () => {
  expect(scansOf(every80Ms(0, 800, ['', ' \n', 'x'.repeat(codeLengthMax + 1)]))).toEqual([])
})

test('[DR1] whatever the frames, between two scans of a code it was out of view for 1.5 s', () => {
  const anyFrame = fc.tuple(fc.integer({ min: 1, max: 900 }), fc.subarray([ticket, other]))
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 60 }), (steps) => {
      let nowMs = 0
      let view: View = emptyView
      const lastSeenMs = new Map<string, number>()
      const longestAwayMs = new Map<string, number>()
      for (const [waitMs, texts] of steps) {
        nowMs += waitMs
        for (const text of texts) {
          const awayMs = nowMs - (lastSeenMs.get(text) ?? Number.NEGATIVE_INFINITY)
          longestAwayMs.set(text, Math.max(awayMs, longestAwayMs.get(text) ?? 0))
          lastSeenMs.set(text, nowMs)
        }
        const seen = lookAtFrame(view, texts, nowMs, true)
        view = seen.view
        if (seen.scan === null) continue
        expect(longestAwayMs.get(seen.scan)).toBeGreaterThanOrEqual(outOfViewMs)
        longestAwayMs.set(seen.scan, 0)
      }
    }),
  )
})

test('a ticket is known by its shape, also in lower case or at the end of a link', () => {
  expect(looksLikeTicket(ticket)).toBe(true)
  expect(looksLikeTicket(`${ticket.toLowerCase()}\r\n`)).toBe(true)
  expect(looksLikeTicket(`https://example.test/t/${ticket}`)).toBe(true)
  expect(looksLikeTicket(ticket.slice(1))).toBe(false)
  expect(looksLikeTicket(`${ticket}A`)).toBe(false)
})

test('[DR3] a pairing link is told from a ticket', () => {
  expect(pairingCodeOf('https://door.test/door/#pair=abcDEF0123456789_-')).toBe(
    'abcDEF0123456789_-',
  )
  expect(pairingCodeOf('https://door.test/door/#pair=short')).toBeNull()
  expect(pairingCodeOf(ticket)).toBeNull()
})
