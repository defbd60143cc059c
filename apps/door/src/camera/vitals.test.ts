import { expect, test } from 'vitest'
import { freshVitals, type Picture, stuckAfterMs, takeVitals } from './vitals.ts'

/** Goal: a camera that shows nothing new is noticed, one that works is left alone. */
const picture: Picture = { frameTime: 0, muted: false, ended: false }

function deadAfter(looks: readonly (readonly [atMs: number, picture: Picture])[]): number | null {
  let vitals = freshVitals(0)
  for (const [atMs, seen] of looks) {
    const look = takeVitals(vitals, seen, atMs)
    if (look.dead) return atMs
    vitals = look.vitals
  }
  return null
}

const every2s = (picturesAt: (n: number) => Picture) =>
  Array.from({ length: 30 }, (_, n) => [n * 2_000, picturesAt(n)] as const)

test('[DR7] a picture that moves is left alone for hours', () => {
  expect(deadAfter(every2s((n) => ({ ...picture, frameTime: n })))).toBeNull()
})

test('[DR7] a picture that stands still, or is muted, is started anew after some seconds', () => {
  const stuck = deadAfter(every2s(() => picture))
  expect(stuck).toBeGreaterThan(stuckAfterMs)
  expect(stuck).toBeLessThan(stuckAfterMs + 4_000)
  expect(deadAfter(every2s((n) => ({ ...picture, frameTime: n, muted: true })))).not.toBeNull()
})

test('[DR7] a track that has ended is started anew at once', () => {
  expect(deadAfter([[10, { ...picture, ended: true }]])).toBe(10)
})
