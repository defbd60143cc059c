/** A run of chance that can be had again: `KILL_SEED=7 npm test -- e2e kill` repeats the run of seed 7. */
export interface Chance {
  readonly seed: number
  /** Uniform in [0, 1). */
  readonly next: () => number
  readonly between: (min: number, max: number) => number
  readonly pick: <Value>(values: readonly Value[]) => Value
}

/** Takes the seed of the environment, else a new one, and prints it, so that a failure can be repeated. */
export function openChance(name: string): Chance {
  const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`${name}: KILL_SEED=${seed}`)
  const next = mulberry32(seed)
  return {
    seed,
    next,
    between: (min, max) => min + next() * (max - min),
    pick: (values) => {
      const value = values[Math.floor(next() * values.length)]
      if (value === undefined) throw new Error('There is nothing to pick from.')
      return value
    },
  }
}

/** Small, seeded, good enough for moments. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
