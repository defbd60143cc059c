import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  idleWedge,
  type KeyPress,
  pressWedgeKey,
  restingWedge,
  type Wedge,
  wedgeIdleMs,
  wedgeRepeatMs,
} from './wedge.ts'
import { characterOf } from './wedge-keys.ts'

/**
 * Goal: a hardware scanner reads right on every keyboard layout, and people's typing is no scan.
 * Method: key presses as data with the time given; layouts as small tables of `key` by `code`.
 */
const ticket = `EP1${'QWAZM2345'.repeat(9).slice(0, 79)}`

/** What a French tablet says of the keys that a US scanner presses. */
const azerty: Readonly<Record<string, string>> = {
  KeyQ: 'A',
  KeyW: 'Z',
  KeyA: 'Q',
  KeyZ: 'W',
  KeyM: '?',
  Digit1: '&',
  Digit2: 'é',
  Digit3: '"',
  Digit4: "'",
  Digit5: '(',
}

const enter: KeyPress = { code: 'Enter', key: 'Enter', shift: false, control: false }

function keysOf(text: string, layout: Readonly<Record<string, string>> = {}): KeyPress[] {
  return [...text].map((char) => {
    const code = /[0-9]/.test(char) ? `Digit${char}` : `Key${char.toUpperCase()}`
    const shift = /[A-Z]/.test(char)
    return { code, key: layout[code] ?? char, shift, control: false }
  })
}

function play(keys: readonly KeyPress[], gapMs = 5, from: Wedge = restingWedge, startMs = 0) {
  let wedge = from
  let nowMs = startMs
  const texts: string[] = []
  let swallowed = 0
  for (const key of keys) {
    nowMs += gapMs
    const step = pressWedgeKey(wedge, key, nowMs)
    wedge = step.wedge
    if (step.text !== null) texts.push(step.text)
    if (step.swallow) swallowed += 1
  }
  return { wedge, texts, nowMs, swallowed }
}

test('[DR4] a scanner on an AZERTY tablet reads the code and not its accents', () => {
  expect(play([...keysOf(ticket, azerty), enter]).texts).toEqual([ticket])
})

test('[DR4] a scanner set to the layout of the tablet reads right as well', () => {
  // A French scanner holds Shift for digits and presses the key that says A in France.
  const codes: Readonly<Record<string, string>> = { Q: 'KeyA', W: 'KeyZ', A: 'KeyQ', Z: 'KeyW' }
  const keys = keysOf(ticket).map((press) => ({
    ...press,
    code: codes[press.key] ?? press.code,
    shift: true,
  }))
  expect(play([...keys, enter]).texts).toEqual([ticket])
})

test('[DR4] a code sent twice is one scan; shown again later it is another', () => {
  const once = play([...keysOf(ticket), enter])
  const twice = play([...keysOf(ticket), enter], 5, once.wedge, once.nowMs)
  expect(twice.texts).toEqual([])
  const later = play([...keysOf(ticket), enter], 5, twice.wedge, twice.nowMs + wedgeRepeatMs)
  expect(later.texts).toEqual([ticket])
})

test('[DR4] Tab, Ctrl+J and silence end a code too', () => {
  const tab = { code: 'Tab', key: 'Tab', shift: false, control: false }
  const lineFeed = { code: 'KeyJ', key: 'j', shift: false, control: true }
  expect(play([...keysOf(ticket), tab]).texts).toEqual([ticket])
  expect(play([...keysOf(ticket), lineFeed]).texts).toEqual([ticket])

  const open = play(keysOf(ticket))
  expect(pressWedgeKey(open.wedge, enter, open.nowMs + 120).text).toBe(ticket)
  expect(idleWedge(open.wedge, open.nowMs + wedgeIdleMs - 1).text).toBeNull()
  expect(idleWedge(open.wedge, open.nowMs + wedgeIdleMs).text).toBe(ticket)
})

test('[DR4] typing by hand is no scan, and its Enter reaches the button that has the focus', () => {
  const typed = play([...keysOf('Okafor Zoe'.replace(' ', '')), enter], 140)
  expect(typed.texts).toEqual([])
  expect(typed.swallowed).toBe(0)
})

test("[DR4] the Enter that ends a scanner's code presses no button", () => {
  const burst = play(keysOf(ticket))
  expect(pressWedgeKey(burst.wedge, enter, burst.nowMs + 5).swallow).toBe(true)

  const silent = idleWedge(burst.wedge, burst.nowMs + wedgeIdleMs)
  const late = pressWedgeKey(silent.wedge, enter, burst.nowMs + 600)
  expect(late).toMatchObject({ text: null, swallow: true })
  expect(pressWedgeKey(late.wedge, enter, burst.nowMs + 3_000).swallow).toBe(false)
})

test('[DR4] every key sequence ends in at most one code for each end key', () => {
  const anyKey = fc.constantFrom(...keysOf('EP1abc2'), enter)
  fc.assert(
    fc.property(fc.array(fc.tuple(anyKey, fc.integer({ min: 0, max: 400 }))), (presses) => {
      let wedge = restingWedge
      let nowMs = 0
      let texts = 0
      for (const [key, waitMs] of presses) {
        nowMs += waitMs
        const step = pressWedgeKey(wedge, key, nowMs)
        wedge = step.wedge
        if (step.text !== null) texts += 1
      }
      expect(texts).toBeLessThanOrEqual(presses.filter(([key]) => key === enter).length)
    }),
  )
})

test('[DR4] keys that a link is made of are read by their place, shifted or not', () => {
  expect(characterOf('Semicolon', true)).toBe(':')
  expect(characterOf('Slash', false)).toBe('/')
  expect(characterOf('Digit3', true)).toBe('#')
  expect(characterOf('Numpad7', false)).toBe('7')
  expect(characterOf('Backslash', false)).toBe('\\')
  expect(characterOf('ShiftLeft', true)).toBeNull()
  expect(characterOf('F5', false)).toBeNull()
})
