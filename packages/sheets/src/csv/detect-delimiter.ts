const candidates = [';', ',', '\t', '|'] as const
const recordsLooked = 20

/**
 * Tells what separates the cells of a CSV by its first records: the candidate that cuts most of
 * them into the same number of cells, more cells being better. A single column gives a comma.
 */
export function detectDelimiter(sample: string): string {
  const stated = /^\uFEFF?sep=(.)\r?\n/.exec(sample)?.[1]
  if (stated) return stated
  let best: { delimiter: string; agreeing: number; cells: number } = {
    delimiter: ',',
    agreeing: 0,
    cells: 1,
  }
  for (const delimiter of candidates) {
    const counts = countCells(sample, delimiter)
    const [cells = 1] = counts
    if (cells < 2) continue
    const agreeing = counts.filter((count) => count === cells).length
    if (agreeing > best.agreeing || (agreeing === best.agreeing && cells > best.cells)) {
      best = { delimiter, agreeing, cells }
    }
  }
  return best.delimiter
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
    else if (letter === '\n') {
      if (!empty) counts.push(cells)
      if (counts.length === recordsLooked) return counts
      cells = 1
      empty = true
      continue
    }
    if (letter !== '\r') empty = false
  }
  // A sample may end in the middle of a record; only a whole file ends in a whole one.
  if (!empty && counts.length === 0) counts.push(cells)
  return counts
}
