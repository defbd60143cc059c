import { type EventId, ok } from '@eventpass/domain'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Browser,
  type Caller,
  openBrowser,
  openEvent,
  openTenant,
  type World,
} from '../tenancy/world.contract.ts'
import { openList, streamOf } from './open-list.contract.ts'
import type { SheetReader, SheetRow } from './sheet-reader.ts'
import { uploadKeptMs } from './stage-import.ts'

const unchanged = (count: number) => ({ added: 0, changed: 0, unchanged: count, cancelled: 0 })

/** Guest lists become invitees, over real stores. */
export function importContract(open: () => World): void {
  test('a list becomes invitees with numbers, folded names, categories and one ticket each', async () => {
    const { caller, event, importLines } = await openList(open())
    const done = await importLines([
      'Vorname;Name;E-Mail-Adresse;Telefon;Kategorie',
      'Zoë;Müller;ZOE@example.org;+49 151 1234;VIP',
      'José;García;jose@example.org;;Gast',
      'Ben;Okafor;;;vip',
    ])
    expect(done).toEqual({ added: 3, changed: 0, unchanged: 0, cancelled: 0 })
    const rows = await caller.invitees.list({ event })
    expect(rows).toMatchObject([
      { no: 1, name: 'Zoë Müller', email: 'zoe@example.org', phone: '+49 151 1234', category: 1 },
      { no: 2, name: 'José García', email: 'jose@example.org', phone: null, category: 0 },
      { no: 3, name: 'Ben Okafor', email: null, category: 1, party: null, ticketState: 'valid' },
    ])
    expect((await caller.events.get({ event })).categories).toEqual(['Gast', 'VIP'])
    expect((await caller.events.counts({ event })).invitees).toBe(3)
    expect((await caller.invitees.list({ event, query: 'garcia jo' })).map(({ no }) => no)).toEqual(
      [2],
    )
  })

  test('[IM8] the same file again changes nothing: no row, no revision, no audit row', async () => {
    const world = open()
    const { caller, importLines, list, revision } = await openList(world)
    const lines = [
      'id,name,email,phone,category,party',
      'a1,Anna,anna@example.org,,VIP,3',
      ',Ben,ben@example.org,,,',
      ',Cleo,,0049 151 77,Press,2',
      ',Dora,,,,',
      ',Dora,,,,',
    ]
    expect(await importLines(lines)).toMatchObject({ added: 8 })
    const before = { rows: await list(), revision: await revision() }
    const { tenant } = await caller.accounts.me()
    const audited = await world.deps.tx(tenant, (tx) => tx.audit.findRecent(100))

    expect(await importLines(lines)).toEqual(unchanged(8))
    expect({ rows: await list(), revision: await revision() }).toEqual(before)
    expect(await world.deps.tx(tenant, (tx) => tx.audit.findRecent(100))).toEqual(audited)
  })

  test('[IM8] any list, edited in any way, changes nothing when it comes again', async () => {
    const world = open()
    const { owner, caller } = await openList(world)
    const row = fc.record({
      id: fc.constantFrom('', '', 'a', 'b', 'c'),
      name: fc.constantFrom('Anna', 'ANNA', 'Ben', 'Ben +1'),
      email: fc.constantFrom('', 'a@example.org', 'b@example.org', 'no address'),
      phone: fc.constantFrom('', '0151 1', '0049151', '4.9E+11'),
      category: fc.constantFrom('', 'A', 'b', 'B'),
      party: fc.constantFrom('', '1', '2', '3'),
    })
    const list = fc.record({
      columns: fc.shuffledSubarray(['id', 'email', 'phone', 'category', 'party'] as const),
      rows: fc.array(row, { minLength: 1, maxLength: 8 }),
    })
    type List = typeof list extends fc.Arbitrary<infer Made> ? Made : never
    const importAll = async (event: EventId, { columns, rows }: List) => {
      const lines = [
        ['name', ...columns],
        ...rows.map((r) => [r.name, ...columns.map((c) => r[c])]),
      ]
      const bytes = streamOf(lines.map((cells) => cells.join(';')).join('\n'))
      const { id, findings } = await caller.invitees.upload({ event, fileName: 'x.csv', bytes })
      fc.pre(findings.errorCount === 0)
      return { guests: findings.guests, changes: await caller.invitees.importCommit({ id }) }
    }
    await fc.assert(
      fc.asyncProperty(list, list, async (first, edited) => {
        world.clock.ms += 3_600_000
        const { id: event } = await openEvent(owner)
        await importAll(event, first)
        const { guests, changes } = await importAll(event, edited)
        expect(changes.added + changes.changed + changes.unchanged).toBe(guests)
        expect((await importAll(event, edited)).changes).toEqual(unchanged(guests))
      }),
      { numRuns: 25 },
    )
  })

  test('[IM8] rows are recognised by external id, whatever else was edited', async () => {
    const { importLines, list } = await openList(open())
    await importLines(['id,name,email', 'a1,Anna,anna@example.org', 'a2,Anna,anna@example.org'])
    const done = await importLines([
      'id,name,email',
      'a2,Anna Berg,berg@example.org',
      'a1,Anna,anna@example.org',
    ])
    expect(done).toEqual({ added: 0, changed: 1, unchanged: 1, cancelled: 0 })
    expect(await list()).toMatchObject([
      { no: 1, name: 'Anna', externalId: 'a1' },
      { no: 2, name: 'Anna Berg', email: 'berg@example.org', externalId: 'a2' },
    ])
  })

  test('[IM8] an id that is new is a new guest, though name and address are those of another', async () => {
    const { importLines, list } = await openList(open())
    await importLines(['id,name,email,phone', 'a1,Anna,anna@example.org,0151'])
    expect(
      await importLines(['id,name,email,phone', 'a9,Anna,anna@example.org,0151']),
    ).toMatchObject({
      added: 1,
      changed: 0,
    })
    expect((await list()).map(({ externalId }) => externalId)).toEqual(['a1', 'a9'])
  })

  test('[IM8] else by e-mail and folded name: accents and case come and go', async () => {
    const { importLines, list } = await openList(open())
    await importLines([
      'name,email,category',
      'José García,jose@example.org,A',
      'Ana García,jose@example.org,A',
    ])
    const done = await importLines([
      'name,email,category',
      'JOSE GARCIA,Jose@Example.org,B',
      'Ana García,jose@example.org,A',
    ])
    expect(done).toEqual({ added: 0, changed: 1, unchanged: 1, cancelled: 0 })
    expect(await list()).toMatchObject([
      { name: 'JOSE GARCIA', category: 1 },
      { name: 'Ana García', category: 0 },
    ])
  })

  test('[IM8] else by name, phone and occurrence: three of one name stay three', async () => {
    const { importLines, names } = await openList(open())
    const lines = ['name,phone', 'Anna,+49 151 1', 'Anna,+49 151 1', 'Anna,', 'Anna,']
    expect(await importLines(lines)).toMatchObject({ added: 4 })
    expect(await importLines(lines.with(1, 'Anna,0049-151-1'))).toMatchObject({
      added: 0,
      changed: 1,
    })
    expect(await importLines([...lines, 'Anna,'])).toMatchObject({ added: 1 })
    expect(await names()).toEqual(['Anna', 'Anna', 'Anna', 'Anna', 'Anna'])
  })

  test('[IM8] a list that later gains ids or e-mail addresses still means the same guests', async () => {
    const { importLines, list } = await openList(open())
    await importLines(['name,phone', 'Anna,0151', 'Ben,'])
    await importLines(['name,phone,email', 'Anna,0151,anna@example.org', 'Ben,,ben@example.org'])
    const done = await importLines([
      'id,name,email',
      'a,Anna,anna@example.org',
      'b,Ben,ben@example.org',
    ])
    expect(done).toEqual({ added: 0, changed: 2, unchanged: 0, cancelled: 0 })
    expect(await list()).toMatchObject([
      { no: 1, name: 'Anna', phone: '0151', email: 'anna@example.org', externalId: 'a' },
      { no: 2, name: 'Ben', email: 'ben@example.org', externalId: 'b' },
    ])
  })

  test('[IM8] two people of one name with different addresses are never taken for one another', async () => {
    const { importLines, list } = await openList(open())
    await importLines(['name,email', 'Anna,one@example.org'])
    expect(await importLines(['name,email', 'Anna,two@example.org'])).toMatchObject({
      added: 1,
      changed: 0,
    })
    expect((await list()).map(({ email }) => email)).toEqual(['one@example.org', 'two@example.org'])
  })

  test('[IM8] what the file has no column for stays as it is; an emptied cell is emptied', async () => {
    const { caller, event, importLines, list } = await openList(open())
    await importLines(['name,email,phone,category', 'Anna,anna@example.org,0151,VIP'])
    await caller.invitees.setDoor({
      event,
      no: 1,
      blocked: true,
      notice: 'Ask for ID',
    })
    expect(await importLines(['name,email', 'Anna,anna@example.org'])).toEqual(unchanged(1))
    expect(await importLines(['name,email,phone', 'Anna,anna@example.org,'])).toMatchObject({
      changed: 1,
    })
    expect(await list()).toMatchObject([
      { phone: null, category: 0, blocked: true, notice: 'Ask for ID' },
    ])
  })

  test('[IM6] numbers that a spreadsheet shortened are told by row and column, and never stored', async () => {
    const { caller, upload, importLines, list } = await openList(open())
    await importLines(['name,email,phone', 'Anna,anna@example.org,491578123456'])
    const { id, findings } = await upload(['name,email,phone', 'Anna,anna@example.org,4.91578E+11'])
    expect(findings).toMatchObject({ errorCount: 0, warningCount: 1 })
    expect(findings.problems).toMatchObject([{ row: 2, column: 'C', severity: 'warning' }])
    expect(findings.problems[0]?.message).toContain('"4.91578E+11" was shortened')
    expect(await caller.invitees.importCommit({ id })).toEqual(unchanged(1))
    expect(await list()).toMatchObject([{ phone: '491578123456' }])

    const nobody = await upload(['name;phone', 'Ben;4,91578E+11'])
    expect(nobody.findings.errorCount).toBe(1)
    const ids = await upload(['id;name', '4,9E+11;Ben'])
    expect(ids.findings.problems).toMatchObject([{ row: 2, column: 'A', severity: 'error' }])
  })

  test('[IM7] an error in any row keeps all of them out, and says how many', async () => {
    const { caller, upload, names, revision } = await openList(open())
    const before = await revision()
    const { id, findings } = await upload([
      'name,email,party',
      'Anna,anna@example.org,1',
      ',nobody@example.org,1',
      'Cleo,not an address,many',
      'Dora,,51',
    ])
    expect(findings).toMatchObject({ rows: 4, guests: 1, errorCount: 3, warningCount: 1 })
    expect(findings.problems.map(({ row, column, severity }) => [row, column, severity])).toEqual([
      [3, 'A', 'error'],
      [4, 'B', 'warning'],
      [4, 'C', 'error'],
      [5, 'C', 'error'],
    ])
    await expect(caller.invitees.importCommit({ id })).rejects.toThrow('The list has 3 errors')
    expect(await names()).toEqual([])
    expect(await revision()).toBe(before)
  })

  test('[IM7] an error is told, however many warnings stand above it', async () => {
    const { upload } = await openList(open())
    const warned = Array.from({ length: 600 }, (_, at) => `Guest ${at},no address`)
    const { findings } = await upload(['name,email', ...warned, ',nobody@example.org'])
    expect(findings).toMatchObject({ errorCount: 1, warningCount: 600 })
    expect(findings.problems.at(-1)).toMatchObject({ row: 602, severity: 'error' })
  })

  test('[IM7] a preview tells what a commit does, and does none of it', async () => {
    const { caller, importLines, upload, names } = await openList(open())
    await importLines([
      'name,email,category',
      'Anna,anna@example.org,VIP',
      'Ben,ben@example.org,VIP',
    ])
    const { id } = await upload([
      'name,email,category',
      'Anna,anna@example.org,vip',
      'Ben,ben@example.org,Press',
      'Cleo,,Staff',
    ])
    const preview = await caller.invitees.importPreview({ id })
    expect(preview).toMatchObject({
      added: 1,
      changed: 1,
      unchanged: 1,
      newCategories: ['Press', 'Staff'],
    })
    expect(await names()).toEqual(['Anna', 'Ben'])
    expect(await caller.invitees.importCommit({ id })).toMatchObject({
      added: 1,
      changed: 1,
      unchanged: 1,
    })
    await expect(caller.invitees.importCommit({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('[IM5] what a row holds beyond the headers is told, with row and column', async () => {
    const { upload } = await openList(open())
    const { findings } = await upload([
      'name,email',
      'Anna,anna@example.org,,',
      'Berg, Ben,ben@example.org',
    ])
    expect(findings.problems.map(({ row, column }) => [row, column])).toEqual([
      [3, 'B'],
      [3, 'C'],
    ])
    expect(findings.problems[1]?.message).toContain('"ben@example.org" stands beyond')
  })

  test('[IM5] values that a workbook lacks are told where their column is read: formulas keep the list out', async () => {
    const world = open()
    const rows: SheetRow[] = [
      { row: 1, cells: ['Name', 'Phone', 'Category', 'Colour'] },
      { row: 2, cells: ['Anna', '', 'VIP'], lost: [{ kind: 'unsaved_formula', column: 1 }] },
      { row: 3, cells: ['Ben'], lost: [{ kind: 'unsaved_formula', column: 3 }] },
      { row: 2, cells: [], lost: [{ kind: 'merged', column: 2, range: 'C2:C3' }] },
      { row: 2, cells: [], lost: [{ kind: 'merged', column: 3, range: 'D2:D3' }] },
    ]
    async function* read() {
      for (const row of rows) yield ok(row)
    }
    const sheets: SheetReader = {
      open: async () => ok({ rows: read(), close: async () => {} }),
    }
    const { upload } = await openList({ ...world, deps: { ...world.deps, sheets } })
    const { findings } = await upload([''])
    expect(findings).toMatchObject({ guests: 1, errorCount: 1, warningCount: 1 })
    expect(findings.problems).toMatchObject([
      { row: 2, column: 'B', severity: 'error' },
      { row: 2, column: 'C', severity: 'warning' },
    ])
    expect(findings.problems[0]?.message).toContain('formula whose value was not saved')
    expect(findings.problems[1]?.message).toContain('C2:C3 is one merged cell')
  })

  test('[IM5] an id that two rows claim is an error; a repeated address with its name is one guest', async () => {
    const { caller, upload, names } = await openList(open())
    const ids = await upload(['id,name', 'a,Anna', 'b,Ben', 'a,Cleo'])
    expect(ids.findings.problems).toMatchObject([{ row: 4, column: 'A', severity: 'error' }])
    expect(ids.findings.problems[0]?.message).toContain('row 2')
    const mails = await upload(['name,email,party', 'Anna,a@example.org,1', 'ANNA,A@example.org,4'])
    expect(mails.findings).toMatchObject({ guests: 1, errorCount: 0, warningCount: 1 })
    await caller.invitees.importCommit({ id: mails.id })
    expect(await names()).toEqual(['Anna'])
  })

  test('[IM10] a party of n is n invitees with tickets of their own; it grows and shrinks with the list', async () => {
    const { caller, event, importLines, list } = await openList(open())
    expect(await importLines(['name,party', 'Anna,3', 'Ben,'])).toMatchObject({ added: 4 })
    expect(await list()).toMatchObject([
      { no: 1, name: 'Anna', party: 1 },
      { no: 2, name: 'Anna +1', party: 1 },
      { no: 3, name: 'Anna +2', party: 1 },
      { no: 4, name: 'Ben', party: null },
    ])
    expect(await importLines(['name,party', 'Anna,2', 'Ben,'])).toEqual({
      added: 0,
      changed: 0,
      unchanged: 3,
      cancelled: 1,
    })
    expect((await list())[2]).toMatchObject({ party: null, ticketState: 'cancelled' })
    expect(await importLines(['name,party', 'Anna,2', 'Ben,'])).toEqual(unchanged(3))
    expect(await importLines(['name,party', 'Anna,4', 'Ben,2'])).toEqual({
      added: 2,
      changed: 2,
      unchanged: 2,
      cancelled: 0,
    })
    expect((await list()).map(({ party, ticketState }) => [party, ticketState])).toEqual([
      [1, 'valid'],
      [1, 'valid'],
      [1, 'valid'],
      [4, 'valid'],
      [1, 'valid'],
      [4, 'valid'],
    ])
    const plus = await importLines(['name,+1', 'Cleo,2'])
    expect(plus).toMatchObject({ added: 3 })
    // A ticket that a person cancelled stays cancelled when the same list comes again.
    await caller.tickets.setState({ event, no: 2, state: 'cancelled' })
    expect(await importLines(['name,party', 'Anna,4', 'Ben,2'])).toEqual(unchanged(6))
    expect((await list())[1]).toMatchObject({ ticketState: 'cancelled' })
    expect(await importLines(['name,party,category', 'Anna,4,VIP', 'Ben,2,VIP'])).toMatchObject({
      changed: 6,
    })
    expect((await list())[1]).toMatchObject({ category: 0, ticketState: 'cancelled' })
  })

  test('two imports of one list at the same moment make each guest once', async () => {
    const { caller, upload, names, event } = await openList(open())
    const lines = [
      'name,email',
      ...Array.from({ length: 50 }, (_, at) => `Guest ${at},g${at}@example.org`),
    ]
    const uploads = [await upload(lines), await upload(lines)]
    const done = await Promise.all(uploads.map(({ id }) => caller.invitees.importCommit({ id })))
    expect(done.map(({ added }) => added).sort()).toEqual([0, 50])
    expect((await names()).length).toBe(50)
    expect((await caller.events.counts({ event })).invitees).toBe(50)
  })

  test('[IM5] a file without a column of names says what its first row reads', async () => {
    const { upload } = await openList(open())
    await expect(upload(['Datum;Ort', '1.1.;Bonn'])).rejects.toThrow('Row 1 reads "Datum", "Ort"')
    await expect(upload(['', ''])).rejects.toThrow('no rows')
  })

  test('an upload is forgotten after a day, and is nobody else’s to commit', async () => {
    const world = open()
    const { caller, upload } = await openList(world)
    const { id } = await upload(['name', 'Anna'])
    const stranger = await (await openTenant(world)).call()
    await expect(stranger.invitees.importCommit({ id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    world.clock.ms += uploadKeptMs + 1
    await upload(['name', 'Ben'])
    await expect(caller.invitees.importCommit({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('nothing is uploaded without a session, nor by whoever may only look', async () => {
    const world = open()
    const { event } = await openList(world)
    const visitor: Browser = openBrowser(world)
    const send = async (caller: Caller, to: EventId) =>
      caller.invitees.upload({ event: to, fileName: 'x.csv', bytes: streamOf('name\nAnna') })
    await expect(send(await visitor.call(), event)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    const stranger = await (await openTenant(world)).call()
    await expect(send(stranger, event)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
}
