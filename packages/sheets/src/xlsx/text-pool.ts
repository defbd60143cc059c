import { SheetStopped } from '../sheet-stopped.ts'

/** Texts by number, packed as UTF-8: a workbook's shared texts cost their bytes and little more. */
export interface TextPool {
  readonly add: (text: string) => void
  /** Undefined where there is no such number. */
  readonly get: (index: number) => string | undefined
}

/** Throws SheetStopped past `bytesMax`. */
export function createTextPool(bytesMax: number): TextPool {
  let bytes = Buffer.alloc(65_536)
  let ends = new Uint32Array(1_024)
  let count = 0
  let used = 0

  const room = (more: number) => {
    if (used + more > bytesMax) {
      throw new SheetStopped(
        'file_too_large',
        'The workbook holds too much text. Save the list as CSV and try again.',
      )
    }
    if (used + more <= bytes.length) return
    const wider = Buffer.alloc(Math.max(bytes.length * 2, used + more))
    bytes.copy(wider, 0, 0, used)
    bytes = wider
  }

  return {
    add(text) {
      room(Buffer.byteLength(text))
      used += bytes.write(text, used)
      if (count === ends.length) {
        const longer = new Uint32Array(ends.length * 2)
        longer.set(ends)
        ends = longer
      }
      ends[count] = used
      count += 1
    },
    get(index) {
      if (!Number.isInteger(index) || index < 0 || index >= count) return undefined
      return bytes.toString('utf8', index === 0 ? 0 : ends[index - 1], ends[index])
    },
  }
}
