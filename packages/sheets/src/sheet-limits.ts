/** Hard limits: whatever a file claims or hides, reading it stays within these. */
export interface SheetLimits {
  readonly fileBytesMax: number
  /** Of all parts of a workbook together. */
  readonly unpackedBytesMax: number
  /** Of the texts that a workbook's cells share. */
  readonly sharedTextBytesMax: number
  readonly zipEntriesMax: number
  readonly rowsMax: number
  readonly columnsMax: number
  readonly cellLengthMax: number
}

const mebibyte = 1_048_576

export const sheetLimits: SheetLimits = {
  fileBytesMax: 256 * mebibyte,
  unpackedBytesMax: 1_024 * mebibyte,
  sharedTextBytesMax: 128 * mebibyte,
  zipEntriesMax: 2_000,
  rowsMax: 1_000_000,
  columnsMax: 256,
  cellLengthMax: 10_000,
}
