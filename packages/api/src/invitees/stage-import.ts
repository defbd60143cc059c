import { type EventId, fail, ok, type Result, type TenantId, type UserId } from '@eventpass/domain'
import { type EventNotFound, eventNotFound } from '../events/edit-event.ts'
import type { LimitsDep } from '../limits/rate-limiter.ts'
import type { PlatformDep } from '../platform.ts'
import { randomUuid } from '../random-ids.ts'
import type { TenancyDep } from '../tenancy/tenancy.ts'
import type { ImportFindings, ImportProblem, RepeatedRow, StagedGuest } from './import-store.ts'
import { type Columns, hasNames, type MatchedColumns, matchColumns } from './match-columns.ts'
import { columnName, readGuest } from './read-guest.ts'
import type { Sheet, SheetFault, SheetRow, SheetsDep } from './sheet-reader.ts'

/** A title or a logo may stand above the headers. */
const headerRowsMax = 10
const guestsPerWriteMax = 1_000
const guestsPerImportMax = 1_000_000
/** Problems told one by one; beyond that they are counted. */
const problemsShownMax = 500
/** Errors after which reading stops: nobody corrects more at a time. */
const errorsMax = 10_000
const uploadsPerHourMax = 120
/** Uploads that nobody committed are forgotten after so long. */
export const uploadKeptMs = 24 * 3_600_000

export interface ImportRefused {
  readonly kind:
    | SheetFault['kind']
    | 'no_name_column'
    | 'too_many_attempts'
    | 'import_not_found'
    | 'import_has_errors'
  readonly message: string
}

type StageDeps = TenancyDep & PlatformDep & LimitsDep & SheetsDep

export interface Upload {
  readonly event: EventId
  readonly fileName: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/**
 * Reads an uploaded guest list row by row into the staging table, a thousand guests a statement,
 * and answers what it found (IM5, IM6). Nothing of the event changes before the commit.
 */
export async function stageImport(
  deps: StageDeps,
  by: { readonly tenant: TenantId; readonly user: UserId },
  { event, fileName, bytes }: Upload,
): Promise<
  Result<{ readonly id: string; readonly findings: ImportFindings }, ImportRefused | EventNotFound>
> {
  const { tenant, user } = by
  if (!(await deps.limits.take(`upload:${tenant}`, uploadsPerHourMax, 3_600_000))) {
    return fail({
      kind: 'too_many_attempts',
      message: 'Too many uploads. Wait an hour and try again.',
    })
  }
  if (!(await deps.tx(tenant, (tx) => tx.events.find(event)))) return fail(eventNotFound)
  const opened = await deps.sheets.open(bytes, fileName)
  if (!opened.ok) return opened

  const id = randomUuid<string>(deps)
  try {
    await deps.tx(tenant, async (tx) => {
      await tx.imports.removeStale(deps.now() - uploadKeptMs)
      await tx.imports.create({ id, event, fileName, createdBy: user, createdMs: deps.now() })
    })
    const findings = await stageRows(deps, tenant, id, opened.value)
    if (findings.ok) return ok({ id, findings: findings.value })
    await deps.tx(tenant, (tx) => tx.imports.remove(id))
    return findings
  } finally {
    await opened.value.close()
  }
}

async function stageRows(
  deps: TenancyDep & PlatformDep,
  tenant: TenantId,
  id: string,
  sheet: Sheet,
): Promise<Result<ImportFindings, ImportRefused>> {
  const write = (guests: readonly StagedGuest[]) =>
    deps.tx(tenant, (tx) => tx.imports.addGuests(id, guests))
  const found = createFindings()
  let header: { readonly row: SheetRow; readonly matched: MatchedColumns } | null = null
  let firstRow: SheetRow | null = null
  let waiting: StagedGuest[] = []
  let at = 0

  for await (const item of sheet.rows) {
    if (!item.ok) return item
    const row = item.value
    firstRow ??= row
    if (!header) {
      const matched = matchColumns(row.cells)
      if (hasNames(matched.columns)) header = { row, matched }
      else if (row.row - firstRow.row >= headerRowsMax) return noNameColumn(firstRow)
      continue
    }
    const lost = findLost(header.row, header.matched.columns, row)
    found.add(lost, 0)
    // An empty cell would empty what is stored, and would be all that is told.
    if (row.cells.length === 0 || lost.some(({ severity }) => severity === 'error')) continue
    const { guests, problems } = readGuest(header.matched.columns, row)
    found.add([...problems, ...findBeyond(header.row, row)], guests.length)
    for (const guest of guests) {
      at += 1
      waiting.push({ ...guest, at })
    }
    if (at > guestsPerImportMax) return tooManyGuests()
    if (found.errors() > errorsMax) return tooManyErrors()
    if (waiting.length >= guestsPerWriteMax) {
      await write(waiting)
      waiting = []
    }
  }
  if (!header) return firstRow ? noNameColumn(firstRow) : emptyList()
  const { row, matched } = header
  // Rows with errors are told one by one, and keep the list out by themselves.
  if (at === 0 && found.errors() === 0) return noGuests(row)
  if (waiting.length > 0) await write(waiting)
  return ok(await finish(deps, tenant, id, (repeats) => found.close(row, matched, repeats)))
}

/** Cells of columns that are read and whose values the file lacks. */
function findLost(
  header: SheetRow,
  columns: Columns,
  { row, lost = [] }: SheetRow,
): ImportProblem[] {
  const isRead = new Set(Object.values(columns))
  return lost
    .filter(({ column }) => isRead.has(column) && row > header.row)
    .map((cells) => ({
      row,
      column: columnName(cells.column),
      ...(cells.kind === 'merged'
        ? {
            severity: 'warning',
            message: `${cells.range} is one merged cell: only row ${row} has its value, the other rows are read without it. Unmerge it and fill in every row.`,
          }
        : {
            severity: 'error',
            message:
              'The cell holds a formula whose value was not saved. Open the list in a spreadsheet program, save it, and import it again.',
          }),
    }))
}

/** A delimiter inside a cell that was not quoted shifts a row: what it pushes out is told. */
function findBeyond({ cells: headers }: SheetRow, { row, cells }: SheetRow): ImportProblem[] {
  const index = cells.findIndex((cell, at) => at >= headers.length && cell.trim() !== '')
  if (index < 0) return []
  return [
    {
      row,
      column: columnName(index),
      severity: 'warning',
      message: `"${(cells[index] ?? '').slice(0, 60)}" stands beyond the last header and is not read. Did a comma or semicolon inside a cell shift the row? Then put that cell into quotes.`,
    },
  ]
}

/** Looks for repeats with all rows at hand, and keeps what was found with the upload. */
async function finish(
  deps: TenancyDep & PlatformDep,
  tenant: TenantId,
  id: string,
  close: (repeats: {
    ids: readonly RepeatedRow[]
    mails: readonly RepeatedRow[]
    guests: number
  }) => ImportFindings,
): Promise<ImportFindings> {
  return deps.tx(tenant, async (tx) => {
    const ids = await tx.imports.findRepeatedIds(id, problemsShownMax)
    const mails = await tx.imports.dropRepeatedMails(id)
    const findings = close({ ids, mails, guests: await tx.imports.countGuests(id) })
    await tx.imports.finish(id, findings, deps.now())
    return findings
  })
}

function createFindings() {
  const problems: ImportProblem[] = []
  const counts = { error: 0, warning: 0 }
  let rows = 0
  const report = (problem: ImportProblem) => {
    counts[problem.severity] += 1
    if (problems.length === problemsShownMax) {
      // Errors keep the list out: however many warnings came before one, it is told.
      const least = problems.findLastIndex(({ severity }) => severity === 'warning')
      if (problem.severity === 'warning' || least < 0) return
      problems.splice(least, 1)
    }
    problems.push(problem)
  }
  return {
    errors: () => counts.error,
    add(found: readonly ImportProblem[], guests: number) {
      found.forEach(report)
      if (guests > 0 || found.length > 0) rows += 1
    },
    close(
      header: SheetRow,
      { columns, repeated, ignored }: MatchedColumns,
      {
        ids,
        mails,
        guests,
      }: { ids: readonly RepeatedRow[]; mails: readonly RepeatedRow[]; guests: number },
    ): ImportFindings {
      const named = (index: number) => `${columnName(index)} ("${header.cells[index] ?? ''}")`
      for (const { index, meaning } of repeated) {
        const taken = columns[meaning]
        report({
          row: header.row,
          column: columnName(index),
          severity: 'warning',
          message: `Column ${named(index)} means the same as ${taken === undefined ? 'another' : named(taken)}; it is not read.`,
        })
      }
      for (const { row, firstRow } of ids) report(repeatedId(columns.external_id, row, firstRow))
      for (const { row, firstRow } of mails) report(repeatedMail(columns.email, row, firstRow))
      return {
        columns: Object.entries(columns)
          .map(([meaning, index]) => ({
            column: columnName(index),
            header: header.cells[index] ?? '',
            meaning: meaning as keyof typeof columns,
          }))
          .sort((a, b) => a.column.length - b.column.length || (a.column < b.column ? -1 : 1)),
        ignored: ignored.map((index) => header.cells[index] ?? '').filter((text) => text !== ''),
        rows,
        guests,
        errorCount: counts.error,
        warningCount: counts.warning,
        problems: problems.toSorted((a, b) => a.row - b.row),
      }
    },
  }
}

function repeatedId(index: number | undefined, row: number, firstRow: number): ImportProblem {
  return {
    row,
    column: index === undefined ? null : columnName(index),
    severity: 'error',
    message: `The id of row ${firstRow} again. An id belongs to one row; correct one of them.`,
  }
}

function repeatedMail(index: number | undefined, row: number, firstRow: number): ImportProblem {
  return {
    row,
    column: index === undefined ? null : columnName(index),
    severity: 'warning',
    message: `Name and e-mail address of row ${firstRow} again; the guest is imported once. For more people use a party column.`,
  }
}

function noNameColumn({ row, cells }: SheetRow) {
  const headers = cells.slice(0, 12).map((cell) => `"${cell.slice(0, 40)}"`)
  return fail({
    kind: 'no_name_column',
    message: `No column of names was found. Row ${row} reads ${headers.join(', ')}. Call the column "Name", or two of them "First name" and "Last name".`,
  } as const)
}

function emptyList() {
  return fail({ kind: 'unreadable_file', message: 'The file holds no rows.' } as const)
}

function noGuests({ row }: SheetRow) {
  return fail({
    kind: 'unreadable_file',
    message: `The file has no guests: nothing stands below the headers in row ${row}. Did you save another sheet, or a filtered list?`,
  } as const)
}

function tooManyGuests() {
  return fail({
    kind: 'file_too_large',
    message: `The list has more than ${guestsPerImportMax} guests. Split it and import the parts.`,
  } as const)
}

function tooManyErrors() {
  return fail({
    kind: 'unreadable_file',
    message: `More than ${errorsMax} rows cannot be read. Is this a guest list, and its first row the headers?`,
  } as const)
}
