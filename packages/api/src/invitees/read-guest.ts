import { foldName } from '@eventpass/domain'
import type { ImportProblem, StagedGuest } from './import-store.ts'
import type { ColumnMeaning, Columns } from './match-columns.ts'
import type { SheetRow } from './sheet-reader.ts'

const partySizeMax = 50
const lengthMax = { name: 200, email: 254, phone: 40, category: 100, external_id: 200, notice: 500 }

/** What spreadsheet programs make of long numbers in a narrow column: 4.91578E+11. */
const shortenedNumber = /^[+-]?\d+(?:[.,]\d+)?e[+]?\d+$/i
/** The same as programs really write it. An id such as 1234e567 is one of its own, and no number. */
const shortenedId = /^[+-]?\d(?:[.,]\d+)?e\+\d{2,}$/i
/** One @ with something on both sides and a dot behind it; whether mail arrives, only mail tells. */
const emailShape = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+$/
/** What people write into a cell that should be empty. */
const nothing = /^(?:-+|–|—|n\/?a|none|null|keine?|ohne|x)$/i

export interface ReadGuests {
  /** Without `at`, which counts through the file. Empty where the row has an error. */
  readonly guests: readonly Omit<StagedGuest, 'at'>[]
  readonly problems: readonly ImportProblem[]
}

/** Reads one row as the guests that it asks for, and tells what is wrong with it. */
export function readGuest(columns: Columns, { row, cells }: SheetRow): ReadGuests {
  const problems: ImportProblem[] = []
  const cell = (meaning: ColumnMeaning) => {
    const index = columns[meaning]
    return index === undefined ? '' : clean(cells[index] ?? '')
  }
  const report = (
    severity: ImportProblem['severity'],
    meaning: ColumnMeaning | null,
    message: string,
  ) => {
    const index = meaning === null ? undefined : columns[meaning]
    problems.push({
      row,
      column: index === undefined ? null : columnName(index),
      severity,
      message,
    })
  }
  /** The text of a cell, or null where it is empty; too long is an error, never cut in silence. */
  const limited = (meaning: keyof typeof lengthMax) => {
    const text = cell(meaning)
    if (text.length > lengthMax[meaning]) {
      report('error', meaning, `More than ${lengthMax[meaning]} characters. Shorten the cell.`)
    }
    return text === '' || nothing.test(text) ? null : text
  }

  const whole = cell('name')
  const name = whole === '' ? clean(`${cell('first_name')} ${cell('last_name')}`) : whole
  if (name === '')
    report('error', nameColumn(columns), 'The row has no name. Fill it in or remove the row.')
  if (name.length > lengthMax.name) {
    report(
      'error',
      nameColumn(columns),
      `More than ${lengthMax.name} characters. Shorten the name.`,
    )
  }

  const email = limited('email')?.toLowerCase() ?? null
  const badEmail = email !== null && !emailShape.test(email)
  if (badEmail) {
    report(
      'warning',
      'email',
      `"${shorten(email)}" is no e-mail address; it is left out. Correct it and import again.`,
    )
  }

  const phone = limited('phone')
  const badPhone = phone !== null && shortenedNumber.test(phone)
  if (badPhone) {
    report(
      'warning',
      'phone',
      `The phone number "${phone}" was shortened by a spreadsheet program; it is left out. Format the column as text, fill the number in, and import again.`,
    )
  }

  const externalId = limited('external_id')
  if (externalId !== null && shortenedId.test(externalId)) {
    report(
      'error',
      'external_id',
      `The id "${externalId}" was shortened by a spreadsheet program. Format the column as text and fill it in again.`,
    )
  }
  if (badPhone && externalId === null && (email === null || badEmail)) {
    report(
      'error',
      'phone',
      'Without its phone number this guest could not be recognised when the list is imported again. Fill it in, or add an e-mail address.',
    )
  }

  const partySize = readPartySize()
  const guest = {
    row,
    partySize,
    email: badEmail ? null : email,
    keepEmail: badEmail,
    phone: badPhone ? null : phone,
    phoneKey: badPhone || phone === null ? '' : phoneKey(phone),
    keepPhone: badPhone,
    category: limited('category'),
    externalId,
    notice: limited('notice'),
  }
  if (problems.some(({ severity }) => severity === 'error')) return { guests: [], problems }
  const guests = Array.from({ length: partySize }, (_, before) => {
    const own = before === 0 ? name : `${name} +${before}`
    return { ...guest, partyPlace: before + 1, name: own, fold: foldName(own) }
  })
  return { guests, problems }

  function readPartySize(): number {
    const meaning = columns.party === undefined ? 'companions' : 'party'
    const text = cell(meaning)
    if (text === '' || nothing.test(text)) return 1
    const count = /^\+?(\d{1,4})(?:[.,]0+)?$/.exec(text)?.[1]
    // "+2" says two more, whatever the column is called.
    const size = Number(count) + (meaning === 'companions' || text.startsWith('+') ? 1 : 0)
    if (count === undefined || size < 1) {
      report(
        'error',
        meaning,
        `"${shorten(text)}" is no number of people. Write a number from 1 to ${partySizeMax}.`,
      )
      return 1
    }
    if (size > partySizeMax) {
      report('error', meaning, `A party has at most ${partySizeMax} people. Split it into rows.`)
      return 1
    }
    return size
  }
}

/** Columns as a spreadsheet names them: A for 0, AA for 26. */
export function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26))
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last
}

/** +49 151 1234 and 0049-151-1234 are one number. */
function phoneKey(phone: string): string {
  return phone.replace(/\D+/g, '').replace(/^00/, '')
}

/** Visible text on one line: no control characters, no runs of white space. */
function clean(text: string): string {
  return text.replace(/[\s\p{Cc}\u200B\uFEFF]+/gu, ' ').trim()
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function nameColumn({ name, first_name }: Columns): ColumnMeaning {
  return name === undefined && first_name !== undefined ? 'first_name' : 'name'
}
