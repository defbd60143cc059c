import type { Readable } from 'node:stream'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import type { SheetLimits } from '../sheet-limits.ts'
import { SheetStopped } from '../sheet-stopped.ts'

/** The parts of a workbook by their name inside the archive, whose case means nothing (ECMA-376 part 2, 6.2.2.3). */
export interface Workbook {
  readonly has: (name: string) => boolean
  /** Unpacks a part piece by piece; throws SheetStopped where it is damaged or longer than stated. */
  readonly read: (name: string) => AsyncGenerator<Uint8Array>
  readonly close: () => void
}

/** Opens the archive. Sizes are added up before anything is unpacked, and checked while it is. */
export async function openWorkbook(path: string, limits: SheetLimits): Promise<Workbook> {
  let zip: ZipFile
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true })
  } catch {
    throw damaged()
  }
  try {
    const entries = await listEntries(zip, limits)
    return {
      has: (name) => entries.has(name.toLowerCase()),
      read: (name) => unpack(zip, entries.get(name.toLowerCase())),
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error instanceof SheetStopped ? error : damaged()
  }
}

async function listEntries(zip: ZipFile, limits: SheetLimits): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  let unpackedBytes = 0
  for await (const entry of zip.eachEntry()) {
    unpackedBytes += entry.uncompressedSize
    if (unpackedBytes > limits.unpackedBytesMax || entries.size >= limits.zipEntriesMax) {
      throw new SheetStopped(
        'file_too_large',
        'The workbook unpacks to more than a guest list needs. Save the list as CSV and try again.',
      )
    }
    entries.set(entry.fileName.toLowerCase(), entry)
  }
  return entries
}

async function* unpack(zip: ZipFile, entry: Entry | undefined): AsyncGenerator<Uint8Array> {
  if (!entry) throw damaged()
  let stream: Readable
  try {
    stream = await zip.openReadStreamPromise(entry)
  } catch {
    throw damaged()
  }
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch {
    throw damaged()
  } finally {
    stream.destroy()
  }
}

export function damaged(): SheetStopped {
  return new SheetStopped(
    'unreadable_file',
    'The workbook is damaged. Open it in a spreadsheet program, save it again, and try again.',
  )
}
