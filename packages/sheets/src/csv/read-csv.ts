import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { SheetRow } from '@eventpass/api'
import { CsvError, type Parser, parse } from 'csv-parse'
import iconv from 'iconv-lite'
import { checkRow } from '../check-row.ts'
import type { SheetLimits } from '../sheet-limits.ts'
import { SheetStopped } from '../sheet-stopped.ts'
import { detectDelimiter } from './detect-delimiter.ts'
import { detectEncoding, type TextEncoding } from './detect-encoding.ts'

const sampleBytes = 65_536

/** Reads a CSV file row by row. Throws SheetStopped with the row where it cannot go on. */
export async function* readCsv(path: string, limits: SheetLimits): AsyncGenerator<SheetRow> {
  const encoding = await detectEncoding(path)
  if (!encoding) {
    throw new SheetStopped(
      'unreadable_file',
      'This is neither a CSV nor an XLSX file. Save the list as one of these and try again.',
    )
  }
  const sample = await readSample(path, encoding)
  const records = createParser(detectDelimiter(sample), limits)
  const source = createReadStream(path)
  const text = source.pipe(iconv.decodeStream(encoding))
  // `pipe` carries no errors: without this a vanished file would hang the reader.
  source.on('error', (error) => records.destroy(error))
  text.on('error', (error) => records.destroy(error))
  text.pipe(records)

  let row = 0
  try {
    for await (const cells of records) {
      row += 1
      if (row === 1 && /^sep=.?$/.test((cells as string[]).join(''))) continue
      const checked = checkRow(limits, row, cells as string[])
      if (checked) yield checked
    }
  } catch (error) {
    throw error instanceof CsvError ? stopped(error, row + 1) : error
  } finally {
    source.destroy()
  }
}

function createParser(delimiter: string, { columnsMax, cellLengthMax }: SheetLimits): Parser {
  return parse({
    delimiter,
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // A quote inside a cell that was not quoted is a letter like others: 5" screen.
    relax_quotes: true,
    // An open quote would swallow the rest of the file into one cell.
    max_record_size: columnsMax * 1_000 + cellLengthMax,
  })
}

function stopped(error: CsvError, row: number): SheetStopped {
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new SheetStopped(
      'unreadable_file',
      `Row ${row} does not end. Look for a missing closing quote in it.`,
    )
  }
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
    return new SheetStopped(
      'unreadable_file',
      `A quote that opens in row ${row} is not closed. Close it and try again.`,
    )
  }
  return new SheetStopped('unreadable_file', `Row ${row} cannot be read: ${error.message}`)
}

async function readSample(path: string, encoding: TextEncoding): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0)
    return iconv.decode(buffer.subarray(0, bytesRead), encoding)
  } finally {
    await file.close()
  }
}
