/**
 * Goal: what lies in the folder after an export is what may be printed, and nobody else's file is harmed.
 * Method: one folder, exported into again and again.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTicketFolder } from './ticket-folder.ts'

const token = 'EP1AEENNBQKAAAQEAYEAUDAOCAJBIF5XXXC3PRLDOMOLH4WOC6AQ6P3YKHY7PKE74OXDCGMYK67GBUF2WA'
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickets-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Exports these numbers, or begins to. */
async function write(
  numbers: readonly number[],
  { reprintOf = null, ends = true }: { reprintOf?: number | null; ends?: boolean } = {},
) {
  const out = await openTicketFolder(folder, { title: 'Gala', format: 'both', reprintOf })
  const rest = { name: 'Zoë, "Z"', category: null, party: null, generation: 1, token }
  await out.write(numbers.map((no) => ({ no, ...rest })))
  if (ends) await out.finish()
}
const codes = async () => (await readdir(join(folder, 'codes'))).sort()
const imagesOf = (...numbers: number[]) =>
  numbers.flatMap((no) =>
    ['png', 'svg'].map((ending) => `${String(no).padStart(6, '0')}.${ending}`),
  )

test('images of tickets that are no longer exported go, and all that no export wrote stays', async () => {
  await write([1, 2, 3])
  await writeFile(join(folder, 'codes/000009.png'), 'mine')
  await writeFile(join(folder, 'sheet-7.html'), 'mine')
  await write([1, 3])
  expect(await codes()).toEqual([...imagesOf(1, 3), '000009.png'])
  expect((await readdir(folder)).sort()).toEqual([
    'codes',
    'index.csv',
    'sheet-7.html',
    'sheet.html',
  ])
})

test('what an export wrote that was broken off goes as well', async () => {
  await write([1])
  await write([1, 2], { ends: false })
  await write([1])
  expect(await codes()).toEqual(imagesOf(1))
})

test('a reprint takes nothing away: it has an index and a sheet of its own', async () => {
  await write([1, 2])
  const exported = ['index.csv', 'sheet.html']
  const read = () => Promise.all(exported.map((name) => readFile(join(folder, name), 'utf8')))
  const before = await read()
  await write([2], { reprintOf: 2 })
  expect(await codes()).toEqual(imagesOf(1, 2))
  expect(await read()).toEqual(before)
  expect((await readdir(folder)).sort()).toEqual([
    'codes',
    'index.csv',
    'reprint-000002.csv',
    'reprint-000002.html',
    'sheet.html',
  ])
})

test('what was begun and came to nothing leaves the folder as it was', async () => {
  await write([1, 2])
  const before = (await readdir(folder)).sort()
  const out = await openTicketFolder(folder, { title: 'Gala', format: 'both', reprintOf: 2 })
  await out.abandon()
  expect((await readdir(folder)).sort()).toEqual(before)
})

test('sheets beyond those of this export go', async () => {
  const index = Array.from({ length: 2_001 }, (_, at) => {
    const no = at + 1
    return `${no},N,,,1,EP1,codes/${String(no).padStart(6, '0')}.svg\r\n`
  })
  await write([1])
  await writeFile(join(folder, 'index.csv'), index.join(''))
  for (const name of ['sheet-2', 'sheet-3', 'sheet-4']) {
    await writeFile(join(folder, `${name}.html`), '')
  }
  await write([1])
  expect((await readdir(folder)).sort()).toEqual([
    'codes',
    'index.csv',
    'sheet-4.html',
    'sheet.html',
  ])
})
