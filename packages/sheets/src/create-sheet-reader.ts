import { randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sheet, SheetFault, SheetReader, SheetRow } from '@eventpass/api'
import { fail, ok, type Result } from '@eventpass/domain'
import { readCsv } from './csv/read-csv.ts'
import { type SheetLimits, sheetLimits } from './sheet-limits.ts'
import { SheetStopped } from './sheet-stopped.ts'
import { readXlsx } from './xlsx/read-xlsx.ts'

/**
 * Reads CSV and XLSX. An upload is kept in `tempDir` (0600) while it is read, since a workbook's
 * directory stands at its end and a text's encoding is known when all of it was seen.
 */
export function createSheetReader(tempDir: string, limits: SheetLimits = sheetLimits): SheetReader {
  return {
    async open(bytes, fileName) {
      await mkdir(tempDir, { recursive: true, mode: 0o700 })
      const path = join(tempDir, `upload-${randomUUID()}`)
      const close = () => rm(path, { force: true })
      try {
        const head = await save(bytes, path, limits)
        const read = readerFor(head, fileName)
        return ok<Sheet>({ rows: guarded(() => read(path, limits), limits), close })
      } catch (error) {
        await close()
        if (error instanceof SheetStopped) return fail(error.fault)
        throw error
      }
    },
  }
}

/** Writes the upload to disk and answers its first bytes. */
async function save(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  { fileBytesMax }: SheetLimits,
): Promise<Buffer> {
  const file = await open(path, 'wx', 0o600)
  let head = Buffer.alloc(0)
  let size = 0
  try {
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > fileBytesMax) {
        throw new SheetStopped(
          'file_too_large',
          `The file is larger than ${Math.floor(fileBytesMax / 1_048_576)} MiB. Split the list and import the parts.`,
        )
      }
      if (head.length < 8) head = Buffer.concat([head, chunk]).subarray(0, 8)
      await file.write(chunk)
    }
  } finally {
    await file.close()
  }
  if (size === 0) throw new SheetStopped('unreadable_file', 'The file is empty.')
  return head
}

/** What it is by its first bytes, whatever its name says. */
function readerFor(head: Buffer, fileName: string) {
  if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return readXlsx
  if (head.equals(Buffer.from('d0cf11e0a1b11ae1', 'hex'))) {
    const locked = fileName.toLowerCase().endsWith('.xlsx')
    throw new SheetStopped(
      'unreadable_file',
      locked
        ? 'The workbook is protected by a password. Save it without one and try again.'
        : 'This is a workbook of before 2007 (.xls). Save it as .xlsx or .csv and try again.',
    )
  }
  return readCsv
}

/** Turns an exception that stops reading into the last item, and counts rows. */
async function* guarded(
  read: () => AsyncIterable<SheetRow>,
  { rowsMax }: SheetLimits,
): AsyncGenerator<Result<SheetRow, SheetFault>> {
  let rows = 0
  try {
    for await (const row of read()) {
      rows += 1
      if (rows > rowsMax) {
        const message = `The list has more than ${rowsMax} rows. Split it and import the parts.`
        throw new SheetStopped('file_too_large', message)
      }
      yield ok(row)
    }
  } catch (error) {
    if (!(error instanceof SheetStopped)) throw error
    yield fail(error.fault)
  }
}
