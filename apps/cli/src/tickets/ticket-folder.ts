import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { qrPng, qrSvg } from '@eventpass/token/qr'
import { imageName, readEarlierExport, removeEarlier } from './earlier-export.ts'

export type ImageFormat = 'png' | 'svg' | 'both'

interface ExportedTicket {
  readonly no: number
  readonly name: string
  readonly category: string | null
  readonly party: number | null
  readonly generation: number
  readonly token: string
}

/** A folder of codes that grows page by page, however many there are. */
export interface TicketFolder {
  readonly write: (tickets: readonly ExportedTicket[]) => Promise<void>
  readonly count: () => number
  readonly finish: () => Promise<void>
  /** Takes back what was begun and not written to: nothing came of it. */
  readonly abandon: () => Promise<void>
}

/** Browsers print some thousand images of a page, and no more. */
const codesPerSheetMax = 1_000
const imagesAtOnce = 16
/** Whoever can read a code can come in: nobody but the owner of the folder may. */
const folderMode = 0o700
const fileMode = 0o600

/**
 * Writes images under codes/, index.csv, and sheet.html (sheet-2.html …) to print. What an earlier
 * export left there goes once the new one is whole. A reprint of one code has an index and a sheet of
 * its own, named after its number, and touches no other file but the old code's images.
 */
export async function openTicketFolder(
  path: string,
  {
    title,
    format,
    reprintOf,
  }: {
    readonly title: string
    readonly format: ImageFormat
    /** Number of the one invitee whose code was made anew, or null for all of an event. */
    readonly reprintOf: number | null
  },
): Promise<TicketFolder> {
  await mkdir(join(path, 'codes'), { recursive: true, mode: folderMode })
  const reprint = reprintOf === null ? null : `reprint-${imageName(reprintOf)}`
  const [indexName, sheetName] = [`${reprint ?? 'index'}.csv`, reprint ?? 'sheet']
  const earlier =
    reprint === null
      ? await readEarlierExport(path, [indexName, `${indexName}.new`], codesPerSheetMax)
      : null
  // The earlier index tells what it named until all of the new one is there.
  const index = await open(join(path, `${indexName}.new`), 'w', fileMode)
  const written = new Set<number>()
  // The mark tells spreadsheet programs that this is UTF-8.
  await index.write('\uFEFFno,name,category,party,generation,token,image\r\n')
  let sheet: FileHandle | null = null
  let count = 0

  async function writeOne(ticket: ExportedTicket): Promise<void> {
    const name = imageName(ticket.no)
    const save = (ending: string, content: Uint8Array | string) =>
      writeFile(join(path, 'codes', `${name}.${ending}`), content, { mode: fileMode })
    if (format !== 'svg') await save('png', await qrPng(ticket.token))
    if (format !== 'png') await save('svg', await qrSvg(ticket.token))
  }

  async function addToSheet(ticket: ExportedTicket, image: string): Promise<void> {
    if (count % codesPerSheetMax === 0) {
      await closeSheet()
      const number = count / codesPerSheetMax + 1
      const name = number === 1 ? `${sheetName}.html` : `${sheetName}-${number}.html`
      sheet = await open(join(path, name), 'w', fileMode)
      await sheet.write(sheetHead(title))
    }
    const { no, name, category } = ticket
    const under = [`No. ${no}`, category].filter((part) => part !== null).join(', ')
    await sheet?.write(
      `<figure><img src="${image}" alt=""><figcaption><b>${escapeHtml(name)}</b>${escapeHtml(under)}</figcaption></figure>\n`,
    )
  }

  async function closeSheet(): Promise<void> {
    await sheet?.write('</main></html>\n')
    await sheet?.close()
    sheet = null
  }

  return {
    count: () => count,
    async write(tickets) {
      for (let at = 0; at < tickets.length; at += imagesAtOnce) {
        await Promise.all(tickets.slice(at, at + imagesAtOnce).map(writeOne))
      }
      for (const ticket of tickets) {
        const ending = format === 'png' ? 'png' : 'svg'
        const image = `codes/${imageName(ticket.no)}.${ending}`
        await addToSheet(ticket, image)
        await index.write(csvLine(ticket, image))
        written.add(ticket.no)
        count += 1
      }
    },
    async finish() {
      if (count === 0) {
        sheet = await open(join(path, `${sheetName}.html`), 'w', fileMode)
        await sheet.write(sheetHead(title))
      }
      await closeSheet()
      await index.close()
      if (earlier) {
        const sheets = Math.ceil(count / codesPerSheetMax)
        await removeEarlier(path, earlier, { numbers: written, sheets })
      }
      await rename(join(path, `${indexName}.new`), join(path, indexName))
    },
    async abandon() {
      await index.close()
      await rm(join(path, `${indexName}.new`))
    },
  }
}

function csvLine(ticket: ExportedTicket, image: string): string {
  const { no, name, category, party, generation, token } = ticket
  return `${[no, name, category, party, generation, token, image].map(csvCell).join(',')}\r\n`
}

/** A name that begins like a formula would be worked out by whoever opens the file. */
function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

function sheetHead(title: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>
body{font:11pt/1.3 system-ui,"Noto Sans",sans-serif;margin:12mm;color:#000;background:#fff}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(50mm,1fr));gap:8mm}
figure{margin:0;text-align:center;break-inside:avoid}
img{width:40mm;height:40mm;image-rendering:pixelated}
figcaption b{display:block;overflow-wrap:anywhere}
</style>
<h1>${escapeHtml(title)}</h1><main>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
