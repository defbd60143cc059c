export { createSheetReader } from './create-sheet-reader.ts'
export { type SheetLimits, sheetLimits } from './sheet-limits.ts'
