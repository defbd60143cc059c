import { expect, test } from 'vitest'
import { sounds, vibrations } from './verdict-feel.ts'

/** Goal: no two verdicts can be mistaken for each other by ear or by hand. */
test('[DR6] sounds differ by number, height and length of their tones', () => {
  expect(sounds.admit.map((note) => note.ms)).toEqual([120, 120])
  expect(sounds.admit[1]?.hertz).toBeGreaterThan(sounds.admit[0]?.hertz ?? 0)
  expect(sounds.refuse.map((note) => note.ms)).toEqual([180, 180])
  expect(Math.max(...sounds.refuse.map((note) => note.hertz))).toBeLessThan(200)
  expect(new Set(sounds.attention.map((note) => note.hertz)).size).toBe(1)
  expect(sounds.attention).toHaveLength(3)
  expect(sounds.notice).toHaveLength(1)
})

test('[DR6] vibrations differ: one short, three long, two short, none', () => {
  const pulses = (pattern: readonly number[]) => pattern.filter((_, n) => n % 2 === 0)
  expect(pulses(vibrations.admit)).toHaveLength(1)
  expect(pulses(vibrations.refuse)).toHaveLength(3)
  expect(pulses(vibrations.attention)).toHaveLength(2)
  expect(pulses(vibrations.notice)).toHaveLength(0)
  expect(Math.min(...pulses(vibrations.refuse))).toBeGreaterThan(2 * Math.max(...vibrations.admit))
})
