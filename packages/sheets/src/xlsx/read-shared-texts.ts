import type { SheetLimits } from '../sheet-limits.ts'
import { drain } from './find-sheet.ts'
import type { Workbook } from './open-workbook.ts'
import { readXml } from './read-xml.ts'
import { createTextPool, type TextPool } from './text-pool.ts'

/** Reads the texts of this part, to which cells refer by number; rich text is joined, readings (furigana) left out. */
export async function readSharedTexts(
  workbook: Workbook,
  partName: string | null,
  limits: SheetLimits,
): Promise<TextPool> {
  const pool = createTextPool(limits.sharedTextBytesMax)
  if (partName === null) return pool
  let text = ''
  let inText = false
  let inReading = false
  await drain(
    readXml(workbook.read(partName), {
      onOpen(name) {
        if (name === 'si') text = ''
        else if (name === 't') inText = true
        else if (name === 'rPh') inReading = true
      },
      onText(piece) {
        // One more than the limit is kept, so that the cell that uses it is refused by name.
        if (inText && !inReading && text.length <= limits.cellLengthMax) text += piece
      },
      onClose(name) {
        if (name === 'si') pool.add(text.slice(0, limits.cellLengthMax + 1))
        else if (name === 't') inText = false
        else if (name === 'rPh') inReading = false
      },
    }),
  )
  return pool
}
