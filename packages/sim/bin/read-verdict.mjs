// @ts-check

/**
 * What a hunt came to. A simulator that died is neither caught nor survived: it says nothing.
 *
 * @typedef {{ readonly kind: 'caught' | 'survived' | 'crashed', readonly otherwise: number, readonly told: string }} Verdict
 */

/**
 * Reads the last line of `--until` together with the exit code; they must agree.
 *
 * @param {string} output
 * @param {number | null} code
 * @returns {Verdict}
 */
export function readVerdict(output, code) {
  const caught = /^seed (\d+): (\w+): (.*)$/m.exec(output)
  if (caught && code === 1) {
    return { kind: 'caught', otherwise: 0, told: `seed ${caught[1]} by ${caught[2]}` }
  }
  const survived = /^No seed failed .*; (\d+) failed another check\.(.*)$/m.exec(output)
  if (survived && code === 0) {
    const otherwise = Number(survived[1])
    const beside = otherwise > 0 ? `, but ${otherwise} seeds failed otherwise:${survived[2]}` : ''
    return { kind: 'survived', otherwise, told: `SURVIVED${beside}` }
  }
  const last = output.trim().split('\n').at(-1)
  return { kind: 'crashed', otherwise: 0, told: `CRASHED with code ${code}: ${last ?? ''}` }
}
