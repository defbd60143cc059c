/** A seeded stream of numbers; the same seed gives the same numbers, on any machine. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly next: () => number
  /** A whole number, both ends included. */
  readonly int: (min: number, max: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(from: readonly T[]) => T
  readonly bytes: (count: number) => Uint8Array<ArrayBuffer>
  readonly shuffle: <T>(of: readonly T[]) => T[]
  /** A stream of its own: what is drawn from it moves no other, so that a dropped step changes little else. */
  readonly fork: (name: string) => Random
}

export function createRandom(seed: string): Random {
  const next = sfc32(seed)
  const random: Random = {
    next,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (probability) => next() < probability,
    pick(from) {
      const chosen = from[Math.floor(next() * from.length)]
      if (chosen === undefined) throw new Error('There is nothing to pick from.')
      return chosen
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
    shuffle(of) {
      const mixed = [...of]
      for (let at = mixed.length - 1; at > 0; at -= 1) {
        const other = Math.floor(next() * (at + 1))
        const [a, b] = [mixed[at], mixed[other]]
        if (a !== undefined && b !== undefined) [mixed[at], mixed[other]] = [b, a]
      }
      return mixed
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  }
  return random
}

/** Small fast counter, 32 bits (PractRand's sfc32), started from an FNV-1a hash of the seed. */
function sfc32(seed: string): () => number {
  let hash = 0x811c9dc5
  const word = (salt: number) => {
    hash ^= salt
    for (let at = 0; at < seed.length; at += 1) {
      hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193)
    }
    return hash | 0
  }
  let [a, b, c, counter] = [word(1), word(2), word(3), 1]
  const step = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round += 1) step()
  return step
}
