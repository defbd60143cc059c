import type { LostCells, SheetRow } from '@eventpass/api'
import type { SheetLimits } from './sheet-limits.ts'
import { columnName, SheetStopped } from './sheet-stopped.ts'

/** Postgres stores no NUL, and no name holds one. */
const nulls = /\0/g

/**
 * Cuts empty cells off the end and holds a row to the limits. Null for an empty row.
 *
 * Throws SheetStopped with row and column where a limit is passed.
 */
export function checkRow(
  limits: SheetLimits,
  row: number,
  rawCells: readonly string[],
  lost: readonly LostCells[] = [],
): SheetRow | null {
  const cells = rawCells.map((cell) => (cell.includes('\0') ? cell.replace(nulls, '') : cell))
  while (cells.length > 0 && cells.at(-1)?.trim() === '') cells.pop()
  if (cells.length === 0 && lost.length === 0) return null
  if (cells.length > limits.columnsMax) {
    throw new SheetStopped(
      'file_too_large',
      `Row ${row} has ${cells.length} columns; at most ${limits.columnsMax} are read. Remove what is not needed.`,
    )
  }
  const long = cells.findIndex((cell) => cell.length > limits.cellLengthMax)
  if (long >= 0) throw tooLongCell(limits, row, long)
  return lost.length > 0 ? { row, cells, lost } : { row, cells }
}

export function tooLongCell({ cellLengthMax }: SheetLimits, row: number, column: number) {
  return new SheetStopped(
    'file_too_large',
    `Row ${row}, column ${columnName(column)} holds more than ${cellLengthMax} characters. Shorten the cell, or look for a missing closing quote.`,
  )
}
