/** One measured figure beside what it is measured against; `ok` tells whether it meets its bar. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The floor or peer of the same run, in the same unit; null where the bar is absolute. */
  readonly versus: number | null
  readonly ratio: number | null
  /** In words, since some are floors and some are ceilings; null where a figure is only recorded. */
  readonly bar: string | null
  readonly ok: boolean
}

export interface Measured {
  readonly value: number
  readonly versus: number
  readonly unit: string
}

/** A figure that must be at least so many times smaller than its peer. */
export function fasterThan(
  name: string,
  { times, ...measured }: Measured & { readonly times: number },
): Figure {
  const ratio = measured.versus / measured.value
  return rounded({ name, ...measured, ratio, bar: `≥ ${times}×`, ok: ratio >= times })
}

/** A figure that may be at most so many times its floor. */
export function withinTimes(
  name: string,
  { times, ...measured }: Measured & { readonly times: number },
): Figure {
  const ratio = measured.value / measured.versus
  return rounded({ name, ...measured, ratio, bar: `≤ ${times}×`, ok: ratio <= times })
}

/** A rate that must reach at least this part of its peer's. */
export function atLeastPartOf(
  name: string,
  { part, ...measured }: Measured & { readonly part: number },
): Figure {
  const ratio = measured.value / measured.versus
  return rounded({ name, ...measured, ratio, bar: `≥ ${part}`, ok: ratio >= part })
}

/** A figure with an absolute ceiling. */
export function atMost(name: string, value: number, unit: string, max: number): Figure {
  const bar = `≤ ${max} ${unit}`
  return rounded({ name, value, unit, versus: null, ratio: null, bar, ok: value <= max })
}

/** A figure without a bar, kept to be compared with later ones. */
export function recorded(name: string, value: number, unit: string): Figure {
  return rounded({ name, value, unit, versus: null, ratio: null, bar: null, ok: true })
}

/** A figure beside a peer that it need not reach. */
export function besides(name: string, measured: Measured): Figure {
  const ratio = measured.value / measured.versus
  return rounded({ name, ...measured, ratio, bar: null, ok: true })
}

/** Prints a figure as a line of JSON; one that misses its bar makes the process end with 1. */
export function printFigure(figure: Figure): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`)
  if (!figure.ok) process.exitCode = 1
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The least value that at least the given part of all values does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

/** Four digits: more would pretend that a machine measures alike twice. */
function rounded(figure: Figure): Figure {
  const round = (value: number | null) => (value === null ? null : Number(value.toPrecision(4)))
  return {
    ...figure,
    value: Number(figure.value.toPrecision(4)),
    versus: round(figure.versus),
    ratio: round(figure.ratio),
  }
}
