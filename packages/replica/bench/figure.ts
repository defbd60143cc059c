/** One measured figure beside what it is measured against; `ok` tells whether it meets its bar. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The floor or peer of the same run, in the same unit; null where the bar is absolute. */
  readonly versus: number | null
  readonly ratio: number | null
  /** In words, since some are floors and some are ceilings. */
  readonly bar: string
  readonly ok: boolean
}

/** A figure that must be at least so many times smaller than its peer. */
export function fasterThan(
  name: string,
  { value, versus, unit, times }: Measured & { readonly times: number },
): Figure {
  const ratio = versus / value
  return rounded({ name, value, unit, versus, ratio, bar: `≥ ${times}×`, ok: ratio >= times })
}

/** A figure that may be at most so many times its floor. */
export function withinTimes(
  name: string,
  { value, versus, unit, times }: Measured & { readonly times: number },
): Figure {
  const ratio = value / versus
  return rounded({ name, value, unit, versus, ratio, bar: `≤ ${times}×`, ok: ratio <= times })
}

/** A figure with an absolute ceiling. */
export function atMost(name: string, value: number, unit: string, max: number): Figure {
  const bar = `≤ ${max} ${unit}`
  return rounded({ name, value, unit, versus: null, ratio: null, bar, ok: value <= max })
}

interface Measured {
  readonly value: number
  readonly versus: number
  readonly unit: string
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value that the given part of all values does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

function rounded(figure: Figure): Figure {
  const round = (value: number | null) => (value === null ? null : Number(value.toPrecision(4)))
  return {
    ...figure,
    value: Number(figure.value.toPrecision(4)),
    versus: round(figure.versus),
    ratio: round(figure.ratio),
  }
}
