import type { Random } from '../kernel/random.ts'
import type { Step } from './steps.ts'

/**
 * Somebody comes in, mostly with words said about them, and is erased: while the tablet that heard
 * the words is offline, while they are on their way, or while it is set back or lost its list.
 */
export function makeErasure(
  random: Random,
  at: number,
  lasts: number,
  tablet: number,
  ticket: number,
): readonly Step[] {
  const scan: Step = {
    ...{ at, do: 'scan', tablet, ticket, act: 'entry', by: 'code', force: random.chance(0.3) },
  }
  const undo: Step = { at: at + random.int(200, 3_000), do: 'undo', tablet }
  const eraseAt = at + random.int(random.chance(0.3) ? 0 : 500, random.chance(0.3) ? 4_000 : lasts)
  const erase: Step = { at: eraseAt, do: 'erase', ticket }
  const said: readonly Step[] = random.chance(0.7) ? [scan, undo, erase] : [scan, erase]
  const ms = random.int(1_000, lasts)
  switch (random.int(0, 3)) {
    case 0:
      return [{ at: at + random.int(0, 3_000), do: 'line', tablet, mode: 'down', ms }, ...said]
    case 1:
      return [...said, { at: eraseAt + random.int(0, 1_500), do: 'damage', tablet }]
    case 2:
      return [...said, { ...scan, at: eraseAt + random.int(0, 3_000) }]
    default:
      return [...said, { at: eraseAt + random.int(0, 1_500), do: 'kill', tablet, ms: 400 }]
  }
}
