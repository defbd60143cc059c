const candidates = [';', ',', '\t', '|'] as const
const recordsLooked = 20

/** Nothing that a list of names holds: such a file has one column, whatever stands in its cells. */
const noDelimiter = '\u001F'

interface Cut {
  readonly delimiter: string
  /** Records that are cut at all. */
  readonly records: number
  /** Records that have the most frequent number of cells. */
  readonly agreeing: number
  readonly cells: number
}

/**
 * Tells what separates the cells of a CSV by its first records: the candidate that cuts most of
 * them, then most into the same number of cells, then into more. A title may stand above.
 */
export function detectDelimiter(sample: string): string {
  const stated = /^\uFEFF?sep=(.)\r?\n/.exec(sample)?.[1]
  if (stated) return stated
  const cuts = candidates.flatMap((delimiter) => cutBy(sample, delimiter) ?? [])
  const [best] = cuts.sort(
    (a, b) => b.records - a.records || b.agreeing - a.agreeing || b.cells - a.cells,
  )
  return best?.delimiter ?? noDelimiter
}

/** Null where this separates nothing. */
function cutBy(sample: string, delimiter: string): Cut | null {
  const all = countCells(sample, delimiter)
  const counts = all.filter((cells) => cells > 1)
  if (counts.length === 0) return null
  // "Name", and below it "Müller, Anna": one column, whose cells hold a comma.
  if (all[0] === 1 && isAlwaysBeforeSpace(sample, delimiter)) return null
  const timesByCells = new Map<number, number>()
  for (const cells of counts) timesByCells.set(cells, (timesByCells.get(cells) ?? 0) + 1)
  const [frequent] = [...timesByCells].sort(([a, n], [b, m]) => m - n || b - a)
  const [cells = 1, agreeing = 0] = frequent ?? []
  return { delimiter, records: counts.length, agreeing, cells }
}

function isAlwaysBeforeSpace(sample: string, delimiter: string): boolean {
  return sample.split(delimiter).every((part, at) => at === 0 || part.startsWith(' '))
}

/** Cells of each of the first records; quotes hide delimiters and line ends. */
function countCells(sample: string, delimiter: string): readonly number[] {
  const counts: number[] = []
  let cells = 1
  let quoted = false
  let empty = true
  for (const letter of sample) {
    if (letter === '"') quoted = !quoted
    else if (quoted) continue
    else if (letter === delimiter) cells += 1
    else if (letter === '\n' || letter === '\r') {
      if (!empty) counts.push(cells)
      if (counts.length === recordsLooked) return counts
      cells = 1
      empty = true
      continue
    }
    empty = false
  }
  // A sample may end in the middle of a record; only a whole file ends in a whole one.
  if (!empty && counts.length === 0) counts.push(cells)
  return counts
}
