import type { LostCells, SheetRow } from '@eventpass/api'
import { checkRow, tooLongCell } from '../check-row.ts'
import type { SheetLimits } from '../sheet-limits.ts'
import { SheetStopped } from '../sheet-stopped.ts'
import { findSharedTexts, findSheet } from './find-sheet.ts'
import { damaged, openWorkbook } from './open-workbook.ts'
import { readSharedTexts } from './read-shared-texts.ts'
import { readXml, type XmlHandlers } from './read-xml.ts'
import type { TextPool } from './text-pool.ts'

/** Sheets have no more rows (ECMA-376 part 1, 18.3.1.73). */
const rowNumberMax = 1_048_576

/**
 * Reads the first visible sheet of a workbook (ECMA-376 part 1, 18.3) row by row. Formulas give
 * the value that was saved with them. Throws SheetStopped where it cannot go on.
 */
export async function* readXlsx(path: string, limits: SheetLimits): AsyncGenerator<SheetRow> {
  const workbook = await openWorkbook(path, limits)
  try {
    const sheet = await findSheet(workbook)
    const texts = await readSharedTexts(workbook, await findSharedTexts(workbook), limits)
    const gathered: SheetRow[] = []
    for await (const _ of readXml(workbook.read(sheet), gatherRows(texts, limits, gathered))) {
      yield* gathered.splice(0)
    }
  } finally {
    workbook.close()
  }
}

function gatherRows(texts: TextPool, limits: SheetLimits, into: SheetRow[]): XmlHandlers {
  let row = 0
  let cells: string[] = []
  let lost: LostCells[] = []
  let column = -1
  let type = ''
  let value = ''
  let inValue = false
  let isFormula = false

  return {
    onOpen(name, attributes) {
      if (name === 'row') {
        // A row may leave its number out, and then follows the one before.
        const number = Number(attributes.r ?? row + 1)
        // Problems and parties are told apart by the row: no number may come twice.
        if (!Number.isInteger(number) || number <= row || number > rowNumberMax) throw damaged()
        row = number
        cells = []
        lost = []
        column = -1
      } else if (name === 'c') {
        column = attributes.r ? columnIndex(attributes.r) : column + 1
        if (column < 0) throw damaged()
        type = attributes.t ?? 'n'
        value = ''
        isFormula = false
      } else if (name === 'f') isFormula = true
      else if (name === 'v' || name === 't') inValue = true
      else if (name === 'mergeCell') {
        const merged = mergedRows(attributes.ref ?? '')
        if (merged) into.push(merged)
      }
    },
    onText(piece) {
      if (!inValue) return
      value += piece
      if (value.length > limits.cellLengthMax) throw tooLongCell(limits, row, column)
    },
    onClose(name) {
      if (name === 'v' || name === 't') inValue = false
      else if (name === 'c') {
        const text = cellText(type, value, texts)
        // Scripts save formulas that nobody has worked out; one whose result is no text has type str.
        if (value === '' && isFormula && type === 'n' && column < limits.columnsMax) {
          lost.push({ kind: 'unsaved_formula', column })
        }
        if (text === '') return
        // Checked before the gap is filled: one cell far out must not cost an array up to there.
        if (column >= limits.columnsMax) throw tooManyColumns(limits, row)
        while (cells.length < column) cells.push('')
        cells[column] = text
      } else if (name === 'row') {
        const checked = checkRow(limits, row, cells, lost)
        if (checked) into.push(checked)
      }
    },
  }
}

/** What a merged cell takes from the rows below its first; null where it is within one row. */
function mergedRows(range: string): SheetRow | null {
  const [, letters, first, last] = /^([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})$/i.exec(range) ?? []
  if (letters === undefined || first === last) return null
  const lost = [{ kind: 'merged', column: columnIndex(letters), range } as const]
  return { row: Number(first), cells: [], lost }
}

function cellText(type: string, value: string, texts: TextPool): string {
  if (type === 's') return unescaped(texts.get(Number(value)) ?? '')
  if (type === 'n') return numberText(value)
  // A cell in error shows #N/A: it holds nothing that could be meant.
  if (type === 'e') return ''
  return unescaped(value)
}

/** Letters that XML cannot hold are written as _x000D_, and what looks so by itself as _x005F_x000D_. */
function unescaped(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`)))
}

/** Long numbers are saved as 4.9157812345600002E+11; the whole number is meant. */
function numberText(value: string): string {
  const number = Number(value)
  return value !== '' && Number.isSafeInteger(number) ? String(number) : value
}

/** 27 for "AB12". */
function columnIndex(reference: string): number {
  let index = 0
  for (const letter of reference.toUpperCase()) {
    if (letter < 'A' || letter > 'Z') break
    index = index * 26 + letter.charCodeAt(0) - 64
  }
  return index - 1
}

function tooManyColumns({ columnsMax }: SheetLimits, row: number): SheetStopped {
  return new SheetStopped(
    'file_too_large',
    `Row ${row} has more than ${columnsMax} columns. Remove what is not needed.`,
  )
}
