import { rareStates } from '../run/rare.ts'

/** How many runs reached each rare state, the rarest last; what none reached is named as such. */
export function describeRare(counts: ReadonlyMap<string, number>, runs: number): string {
  const rows = rareStates
    .map((state) => ({ state, count: counts.get(state) ?? 0 }))
    .sort((a, b) => b.count - a.count)
    .map(({ state, count }) => {
      const share = `${((100 * count) / Math.max(1, runs)).toFixed(1)} %`
      const told = count === 0 ? 'never reached' : `${count} runs`
      return `  ${state.padEnd(32)}${share.padStart(8)}  ${told}`
    })
  return `Rare states, of ${runs} runs:\n${rows.join('\n')}`
}
