import type { Result } from '@eventpass/domain'

/** One row of a spreadsheet as a person counts them: the first is 1, empty ones count. */
export interface SheetRow {
  readonly row: number
  /** From column A on; an empty cell is an empty text. */
  readonly cells: readonly string[]
  /** What the file keeps of this row without its value; where there is nothing else, `cells` is empty. */
  readonly lost?: readonly LostCells[]
}

/** Cells that look filled to a person and come out empty. Columns count from 0. */
export type LostCells =
  | { readonly kind: 'unsaved_formula'; readonly column: number }
  /** Over several rows: only the first one has the value. Told behind all rows. */
  | { readonly kind: 'merged'; readonly column: number; readonly range: string }

/** Why a file, or the rest of it, cannot be read: a sentence with row and column where there are. */
export interface SheetFault {
  readonly kind: 'unreadable_file' | 'file_too_large'
  readonly message: string
}

export interface Sheet {
  /** To be read once; a fault is the last item. Empty rows are left out. */
  readonly rows: AsyncIterable<Result<SheetRow, SheetFault>>
  /** Frees what reading needed, also where it was not read to its end. */
  readonly close: () => Promise<void>
}

/** Reads uploaded spreadsheets row by row, whatever their size, within hard limits. */
export interface SheetReader {
  readonly open: (
    bytes: AsyncIterable<Uint8Array>,
    fileName: string,
  ) => Promise<Result<Sheet, SheetFault>>
}

export interface SheetsDep {
  readonly sheets: SheetReader
}
