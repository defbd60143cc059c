/**
 * Goal: what people save from a spreadsheet program comes in as they see it, and nothing they
 * can send stops, floods or outwits the reader.
 * Method: files made byte by byte, one property a file; CSV also as a property over any cells.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSheetReader } from './create-sheet-reader.ts'
import { sheetLimits } from './sheet-limits.ts'
import { bytesOf, workbookOf, workbookOfRows, workbookParts, zipOf } from './testing.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sheets-'))
})
afterAll(() => rm(dir, { recursive: true }))

async function read(content: string | Buffer, limits = sheetLimits, fileName = 'list.csv') {
  const opened = await createSheetReader(dir, limits).open(bytesOf(content), fileName)
  if (!opened.ok) return opened.failure.message
  const rows: Record<number, readonly string[]> = {}
  try {
    for await (const item of opened.value.rows) {
      if (!item.ok) return item.failure.message
      rows[item.value.row] = item.value.cells
    }
  } finally {
    await opened.value.close()
  }
  return rows
}

describe('CSV', () => {
  const guests = 'Name;Stadt\r\nZoë Müller;Köln\r\n'
  const seen = { 1: ['Name', 'Stadt'], 2: ['Zoë Müller', 'Köln'] }

  test.each([
    ['UTF-8', Buffer.from(guests)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${guests}`)],
    ['UTF-16 LE with a byte order mark', iconv.encode(guests, 'utf16le', { addBOM: true })],
    ['UTF-16 BE with a byte order mark', iconv.encode(guests, 'utf16be', { addBOM: true })],
    ['Windows-1252', iconv.encode(guests, 'win1252')],
  ])('[IM1] %s is recognised', async (_name, bytes) => {
    expect(await read(bytes)).toEqual(seen)
  })

  test('[IM1] a letter that two chunks cut in half stays whole, far into the file', async () => {
    const filler = 'a;b\n'.repeat(40_000)
    const rows = await read(`${filler}Zoë;Ångström\n`)
    expect(rows).toMatchObject({ 40001: ['Zoë', 'Ångström'] })
  })

  test.each([[';'], [','], ['\t'], ['|']])('[IM1] %j separates cells', async (delimiter) => {
    const text = [
      ['Name', 'Note'],
      ['Anna', 'a, b; c'],
    ]
      .map((row) => row.map((cell) => `"${cell}"`).join(delimiter))
      .join('\n')
    expect(await read(text)).toEqual({ 1: ['Name', 'Note'], 2: ['Anna', 'a, b; c'] })
  })

  test('[IM1] the separator is what cuts every record alike, not what is most frequent', async () => {
    const text = 'Name;Address\nAnna;1, Main St, York, UK\nBen;2, Side St, Hull, UK\n'
    expect(await read(text)).toMatchObject({ 2: ['Anna', '1, Main St, York, UK'] })
  })

  test.each([
    [';', 'Name;E-Mail;Preis\nAnna;a@x.org;1,5\nBen;b@x.org;2,5\nCleo;c@x.org\n'],
    [';', 'Guests of the gala, 2026\n\nName;E-Mail\nAnna;a@x.org\n'],
    [',', 'Guests of the gala\nName,E-Mail\nAnna,a@x.org\n'],
    [';', 'Name;Address\rAnna;1, Main St, York, UK\rBen;2, Side St, Hull, UK\r'],
  ])(
    '[IM1] %j is found under a title, in ragged rows and before old line ends',
    async (delimiter, text) => {
      const rows = Object.values(await read(text)) as readonly (readonly string[])[]
      expect(rows.find(([cell]) => cell === 'Anna')).toEqual(
        text
          .split(/[\r\n]/)
          .find((line) => line.startsWith('Anna'))
          ?.split(delimiter),
      )
    },
  )

  test('[IM1] a single column of names keeps the commas inside them', async () => {
    expect(await read('Name\nMüller, Anna\nBerg, Ben\n')).toEqual({
      1: ['Name'],
      2: ['Müller, Anna'],
      3: ['Berg, Ben'],
    })
  })

  test('[IM1] quoted line ends, doubled quotes and stray quotes are text', async () => {
    const text = 'Name,Note\r\n"Anna ""Ann"" Berg","two\r\nlines"\r\nBen,5" screen\r\n'
    expect(await read(text)).toEqual({
      1: ['Name', 'Note'],
      2: ['Anna "Ann" Berg', 'two\r\nlines'],
      3: ['Ben', '5" screen'],
    })
  })

  test('[IM1] a line that states the separator is obeyed and is no row of data', async () => {
    expect(await read('sep=|\nName|City\nAnna|Bonn\n')).toEqual({
      2: ['Name', 'City'],
      3: ['Anna', 'Bonn'],
    })
  })

  test('[IM2] empty rows are left out and still counted', async () => {
    expect(await read('Name\n\n  \nAnna\n')).toEqual({ 1: ['Name'], 4: ['Anna'] })
  })

  test('[IM1] whatever is written as CSV is read as it was', async () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\0/g, '').trim())
    const row = fc.array(cell, { minLength: 2, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
        const lines = [['name', 'city'], ...rows.map((cells) => ['x', ...cells, 'x'])]
        const quoted = lines
          .map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(';'))
          .join('\r\n')
        expect(await read(quoted)).toEqual(
          Object.fromEntries(lines.map((cells, at) => [at + 1, cells])),
        )
      }),
      { numRuns: 100 },
    )
  })

  test('[IM4] a quote that never closes names its row', async () => {
    expect(await read('Name\nAnna\n"Ben\nCleo\n')).toContain('row 3')
    const runaway = `Name\n"Ben\n${'x\n'.repeat(300_000)}`
    expect(await read(runaway)).toBe('Row 2 does not end. Look for a missing closing quote in it.')
  })
})

describe('XLSX', () => {
  test('[IM2] shared, rich, inline and formula texts, numbers and gaps come as they look', async () => {
    const workbook = workbookOf(
      `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
       <row r="3"><c r="A3" t="inlineStr"><is><t>Zoë &amp; Co</t></is></c>
         <c r="B3"><v>4.9157812345600002E+12</v></c><c r="C3" t="str"><f>A1</f><v>sum</v></c></row>
       <row r="4"><c r="B4"><v>1.5</v></c><c r="C4" t="e"><v>#N/A</v></c></row>`,
      ['<t>Name</t>', '<r><t>Ph</t></r><r><t>one</t></r><rPh><t>reading</t></rPh>'],
    )
    expect(await read(workbook)).toEqual({
      1: ['Name', '', 'Phone'],
      3: ['Zoë & Co', '4915781234560', 'sum'],
      4: ['', '1.5'],
    })
  })

  test('[IM2] letters that XML cannot hold, and programs write as _x000D_, are read as meant', async () => {
    const workbook = workbookOf(
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>a_x005F_x000D_</t></is></c></row>',
      ['<t>Anna_x000D_\nBerg</t>'],
    )
    expect(await read(workbook)).toEqual({ 1: ['Anna\r\nBerg', 'a_x000D_'] })
  })

  test.each([
    ['<row r="2"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row>'],
    ['<row r="x"><c><v>1</v></c></row>'],
    ['<row r="99999999999"><c><v>1</v></c></row>'],
    ['<row r="1"><c r="1"><v>1</v></c></row>'],
  ])('[IM4] rows and cells in places that do not exist are damage: %s', async (rows) => {
    expect(await read(workbookOf(rows))).toContain('damaged')
  })

  test('[IM2] names of other namespaces and rows without numbers are understood', async () => {
    const parts = workbookParts('')
    const sheet =
      '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    expect(await read(zipOf({ ...parts, 'xl/worksheets/sheet2.xml': sheet }))).toEqual({
      1: ['7'],
      2: ['a'],
    })
  })

  test('[IM2] shared texts are found by the relations of the workbook, whatever their part is called', async () => {
    const { 'xl/sharedStrings.xml': texts, ...parts } = workbookParts(
      '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
      ['<t>Name</t>'],
    )
    const seen = { 1: ['Name'] }
    expect(await read(zipOf({ ...parts, 'xl/SharedStrings.xml': texts }))).toEqual(seen)
    const relations = parts['xl/_rels/workbook.xml.rels'].replace(
      '</Relationships>',
      '<Relationship Id="rId9" Type="http://x/relationships/sharedStrings" Target="/xl/Texts.xml"/></Relationships>',
    )
    const elsewhere = { 'xl/_rels/workbook.xml.rels': relations, 'xl/texts.xml': texts }
    expect(await read(zipOf({ ...parts, ...elsewhere }))).toEqual(seen)
  })

  test('[IM2] formulas without their value, and cells that span rows, are told', async () => {
    const parts = workbookParts('')
    const sheet = `<worksheet><sheetData>
      <row r="1"><c r="A1"><f>B1</f><v></v></c><c r="B1" t="str"><f>""</f><v></v></c></row>
      <row r="2"><c r="A2"><v>1</v></c></row></sheetData>
      <mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="B2:B4"/></mergeCells></worksheet>`
    const opened = await createSheetReader(dir).open(
      bytesOf(zipOf({ ...parts, 'xl/worksheets/sheet2.xml': sheet })),
      'x.xlsx',
    )
    if (!opened.ok) throw new Error(opened.failure.message)
    const rows = []
    for await (const item of opened.value.rows) rows.push(item.ok ? item.value : item)
    await opened.value.close()
    expect(rows).toEqual([
      { row: 1, cells: [], lost: [{ kind: 'unsaved_formula', column: 0 }] },
      { row: 2, cells: ['1'] },
      { row: 2, cells: [], lost: [{ kind: 'merged', column: 1, range: 'B2:B4' }] },
    ])
  })

  test('[IM4] what is no workbook, or a broken one, is told apart', async () => {
    expect(await read(zipOf({ 'content.xml': '<a/>' }))).toContain('no XLSX workbook')
    const whole = workbookOfRows([['Name'], ['Anna']])
    expect(await read(whole.subarray(0, whole.length - 30))).toContain('damaged')
    const parts = workbookParts('<row><c><v>1</v></c>')
    expect(await read(zipOf(parts))).toContain('damaged')
    expect(await read(Buffer.from('d0cf11e0a1b11ae1'.padEnd(64, '0'), 'hex'))).toContain('.xls')
    const locked = Buffer.from('d0cf11e0a1b11ae1'.padEnd(64, '0'), 'hex')
    expect(await read(locked, sheetLimits, 'List.XLSX')).toContain('password')
  })

  test('[IM3] an archive that lies about its sizes, or would unpack to too much, is refused', async () => {
    const bomb = workbookParts(
      `<row><c t="inlineStr"><is><t>${'a'.repeat(5_000_000)}</t></is></c></row>`,
    )
    const small = { ...sheetLimits, unpackedBytesMax: 1_000_000 }
    expect(await read(zipOf(bomb), small)).toContain('unpacks to more')
    expect(
      await read(
        zipOf(bomb, () => 10),
        small,
      ),
    ).toContain('damaged')
    expect(await read(zipOf(bomb), { ...sheetLimits, zipEntriesMax: 3 })).toContain(
      'unpacks to more',
    )
  })

  test('[IM3] entities are not expanded', async () => {
    const sheet = `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(100)}">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>`
    expect(
      await read(zipOf({ ...workbookParts(''), 'xl/worksheets/sheet2.xml': sheet })),
    ).toContain('damaged')
  })

  test('[IM3] too much shared text is refused', async () => {
    const workbook = workbookOf(
      '<row><c t="s"><v>0</v></c></row>',
      Array(200).fill(`<t>${'a'.repeat(1_000)}</t>`),
    )
    expect(await read(workbook, { ...sheetLimits, sharedTextBytesMax: 100_000 })).toContain(
      'too much text',
    )
  })
})

describe('both', () => {
  const small = {
    ...sheetLimits,
    rowsMax: 3,
    columnsMax: 3,
    cellLengthMax: 20,
    fileBytesMax: 2_000,
  }
  const rows = (row: readonly string[], count = 1) => Array.from({ length: count }, () => row)

  test.each([
    [
      'CSV',
      (cells: readonly (readonly string[])[]) => cells.map((row) => row.join(';')).join('\n'),
    ],
    ['XLSX', workbookOfRows],
  ])(
    '[IM3] %s: rows, columns and cells have limits, told with row and column',
    async (_kind, make) => {
      expect(await read(make([['a', 'b'], ...rows(['1', '2'], 3)]), small)).toContain(
        'more than 3 rows',
      )
      expect(
        await read(
          make([
            ['a', 'b'],
            ['1', '2', '3', '4'],
          ]),
          small,
        ),
      ).toContain('Row 2 has')
      expect(
        await read(
          make([
            ['a', 'b'],
            ['1', 'x'.repeat(21)],
          ]),
          small,
        ),
      ).toContain('Row 2, column B')
    },
  )

  test('[IM3] a cell far out costs no array up to there', async () => {
    const far = workbookOf('<row r="1"><c r="XFD1"><v>1</v></c></row>')
    expect(await read(far)).toContain('Row 1 has more than 256 columns')
  })

  test('[IM3] a file over the limit is refused while it arrives', async () => {
    expect(await read('x'.repeat(3_000), small)).toContain('larger than')
  })

  test('[IM4] an empty file and one that is no table are told as such', async () => {
    expect(await read('')).toBe('The file is empty.')
    expect(await read(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]))).toContain(
      'neither a CSV nor',
    )
  })

  test('[IM4] nothing is left on the disk, also where reading was broken off', async () => {
    const opened = await createSheetReader(dir).open(bytesOf('a\nb\nc\n'), 'x.csv')
    if (!opened.ok) throw new Error(opened.failure.message)
    for await (const _ of opened.value.rows) break
    await opened.value.close()
    expect(await readdir(dir)).toEqual([])
  })

  test('[IM3] memory does not grow with the rows', async () => {
    const guestRow = (at: number) => `Guest ${at};guest${at}@example.org;+4915100000${at};VIP\n`
    async function* csv(count: number) {
      yield Buffer.from('Name;E-mail;Phone;Category\n')
      for (let at = 0; at < count; at += 500) {
        yield Buffer.from(Array.from({ length: 500 }, (_, n) => guestRow(at + n)).join(''))
      }
    }
    const heapAfter = async (count: number) => {
      const opened = await createSheetReader(dir).open(csv(count), 'big.csv')
      if (!opened.ok) throw new Error(opened.failure.message)
      let read = 0
      let peak = 0
      for await (const _ of opened.value.rows) {
        read += 1
        if (read % 5_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed)
      }
      await opened.value.close()
      expect(read).toBe(count + 1)
      return peak
    }
    await heapAfter(10_000)
    const small = await heapAfter(20_000)
    const large = await heapAfter(200_000)
    expect(large).toBeLessThan(small + 60_000_000)
  })
})
