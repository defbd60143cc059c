import { createClient } from '@libsql/client'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldColumn, foldName } from './fold-name.ts'
import { isLongEnough, likePatterns, matchesName, searchTerms } from './search-names.ts'

const anyName = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .array(fc.constantFrom(..."aeouüöäßøæœłđıþðİIÉéễ’'- MmSsRrLl"), { maxLength: 20 })
    .map((letters) => letters.join('')),
)

test.each([
  ['jose', 'José Álvarez'],
  ['José', 'Jose Alvarez'],
  ['muller', 'Jürgen Müller'],
  ['muller', 'Jürgen Mueller'],
  ['mueller', 'Jürgen Müller'],
  ['müller', 'Jurgen Muller'],
  ['Nguyen Van', 'Văn Nguyễn'],
  ['van nguyen', 'Nguyễn Thị Vân'],
  ['oconnor', 'Sinéad O’Connor'],
  ["o'connor", 'Sinead OConnor'],
  ['jean luc', 'Jean-Luc Picard'],
  ['jean-luc', 'Jean Luc Picard'],
  ['bjorn', 'Bjørn Åge'],
  ['bjoern', 'Bjørn Åge'],
  ['lodz', 'Łódź'],
  ['strasse', 'Straße'],
  ['STRASSE', 'STRAẞE'],
  ['dordevic', 'Đorđević'],
  ['isik', 'Işık'],
  ['istanbul', 'İstanbul'],
  ['thor', 'Þór'],
  ['samue', 'Samuel Meier'],
  ['παπαδοπουλος', 'Παπαδόπουλος'],
  ['παπαδοπουλοσ ν', 'Νίκος Παπαδόπουλος'],
  ['한', '한지민'],
])('%s finds %s', (query, name) => {
  expect(matchesName(name, query)).toBe(true)
})

test.each([
  ['jose', 'Jos Maria'],
  ['muller', 'Miller'],
  ['nguyen van', 'Nguyễn'],
  ['', 'Anybody'],
  ['%', 'Anybody'],
  ['_', 'Anybody'],
  ['- ’', "O'Brien-Smith"],
])('%o does not find %s', (query, name) => {
  expect(matchesName(name, query)).toBe(false)
})

test.each([
  ['steward', 'jos', false],
  ['steward', 'jose', true],
  ['steward', 'j o s', false],
  ['steward', '%%%%', false],
  ['steward', 'Joël', true],
  ['steward', '王伟', true],
  ['supervisor', 'j', false],
  ['supervisor', 'jo', true],
  ['kiosk', 'jose alvarez', false],
] as const)('a %s who types %o may search: %s', (role, query, allowed) => {
  expect(isLongEnough(query, role)).toBe(allowed)
})

test('a beginning of any word finds the whole of it', () => {
  fc.assert(
    fc.property(anyName, fc.nat(30), (name, length) => {
      const query = [...name.normalize('NFC')].slice(0, length).join('')
      fc.pre(searchTerms(query).length > 0)
      expect(matchesName(name, query)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('folding twice changes nothing more, and a name finds its fold and the other way round', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      expect(foldName(foldName(name))).toBe(foldName(name))
      fc.pre(searchTerms(name).length > 0)
      expect(matchesName(foldName(name), name)).toBe(true)
      expect(matchesName(name, foldName(name))).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('what names are stored as does not say how they were typed: composed and decomposed fold alike', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      expect(foldName(name.normalize('NFD'))).toBe(foldName(name.normalize('NFC')))
    }),
    { numRuns: 500 },
  )
})

test('the short ways of folding end where the whole way does', () => {
  const ascii = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code))
  const units = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code))
  const differ = (name: string) =>
    foldName(name) !== foldWholly(name) || foldColumn(name) !== columnWholly(name)
  // What a short way asks of a name it asks of one or two letters beside each other.
  expect(ascii.flatMap((a) => ascii.map((b) => a + b)).filter(differ)).toEqual([])
  expect(units.map((unit) => `a${unit}e`).filter(differ)).toEqual([])
  const anything = fc.oneof(anyName, fc.string({ unit: 'binary' }), fc.string())
  fc.assert(
    fc.property(anything, (name) => {
      expect(name).not.toSatisfy(differ)
    }),
    { numRuns: 1_000 },
  )
})

/** What `foldName` does, step by step for every text. */
function foldWholly(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('þ', 'th')
    .replace(/[øłđðħıŋŧς]/g, (letter) => 'olddhintσ'['øłđðħıŋŧς'.indexOf(letter)] ?? letter)
    .replace(/['’‘ʼʹ´`]/g, '')
    .replace(/([aou])e+/g, '$1')
    .normalize('NFC')
}

function columnWholly(name: string): string | null {
  const lower = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return foldWholly(name) === lower ? null : foldWholly(name)
}

test('a plain name needs no fold column, and every other one has its fold there', () => {
  expect(foldColumn('Anna Smith')).toBeNull()
  expect(foldColumn('Jean-Luc Picard')).toBeNull()
  expect(foldColumn('Jürgen Müller')).toBe('jurgen muller')
  expect(foldColumn("Conan O'Brien")).toBe('conan obrien')
})

test('patterns for LIKE find in SQLite just what matchesName finds', async () => {
  const db = createClient({ url: ':memory:' })
  const found = async (name: string, query: string) => {
    const patterns = likePatterns(query)
    if (patterns.length === 0) return false
    const all = patterns.map(() => 'coalesce(?, lower(?)) like ?').join(' and ')
    const args = patterns.flatMap((one) => [foldColumn(name), name, one])
    const { rows } = await db.execute({ sql: `select ${all} as found`, args })
    return rows[0]?.found === 1
  }
  await fc.assert(
    fc.asyncProperty(anyName, anyName, async (name, other) => {
      const query = name.slice(0, 3)
      expect(await found(name, query)).toBe(matchesName(name, query))
      expect(await found(name, other)).toBe(matchesName(name, other))
    }),
    { numRuns: 500 },
  )
  db.close()
})
