import { expect, test } from 'vitest'
import { readGuest } from './read-guest.ts'

const columns = { name: 0, email: 1, phone: 2, party: 3 }
const read = (...cells: string[]) => readGuest(columns, { row: 7, cells })
const problemsOf = (...cells: string[]) =>
  read(...cells).problems.map(({ severity, column }) => `${severity} ${column}`)

test('[IM10] a party of three is three guests, of whom each is somebody', () => {
  expect(read('Zoë Müller', '', '', '3').guests).toMatchObject([
    { name: 'Zoë Müller', fold: 'zo muller', partyPlace: 1, partySize: 3 },
    { name: 'Zoë Müller +1', partyPlace: 2 },
    { name: 'Zoë Müller +2', partyPlace: 3 },
  ])
  expect(read('Anna', '', '', '+2').guests).toHaveLength(3)
  expect(
    readGuest({ name: 0, companions: 1 }, { row: 2, cells: ['Anna', '2'] }).guests,
  ).toHaveLength(3)
  expect(read('Anna', '', '', '2.0').guests).toHaveLength(2)
})

test.each([['0'], ['-2'], ['two'], ['51'], ['1.5'], ['99999999999']])(
  '[IM10] %s is no size of a party',
  (size) => {
    expect(problemsOf('Anna', '', '', size)).toEqual(['error D'])
    expect(read('Anna', '', '', size).guests).toEqual([])
  },
)

test.each([['4.91578E+11'], ['4,91578E+11'], ['4.91578e11'], ['4E+11']])(
  '[IM6] %s was a phone number once',
  (cell) => {
    expect(problemsOf('Anna', 'anna@example.org', cell)).toEqual(['warning C'])
    expect(read('Anna', 'anna@example.org', cell).guests).toMatchObject([
      { phone: null, phoneKey: '', keepPhone: true },
    ])
    expect(problemsOf('Anna', '', cell)).toEqual(['warning C', 'error C'])
  },
)

test.each([
  ['4.91578E+11', false],
  ['4,9E+15', false],
  ['1234e567', true],
  ['12e4', true],
  ['4.91578e11', true],
])('[IM6] the id %s is one that somebody gave: %s', (id, isOne) => {
  const { guests } = readGuest({ name: 0, external_id: 1 }, { row: 2, cells: ['Anna', id] })
  expect(guests.map(({ externalId }) => externalId)).toEqual(isOne ? [id] : [])
})

test('numbers are compared by their digits, and shown as they were written', () => {
  expect(read('Anna', '', '+49 (151) 12-34').guests).toMatchObject([
    { phone: '+49 (151) 12-34', phoneKey: '491511234' },
  ])
  expect(read('Anna', '', '0049151 1234').guests).toMatchObject([{ phoneKey: '491511234' }])
})

test('what means nothing is nothing; invisible characters are taken out', () => {
  expect(read(' Anna\u00a0 \u200bBerg\n', '-', 'n/a', '').guests).toMatchObject([
    { name: 'Anna Berg', email: null, phone: null, keepEmail: false, keepPhone: false },
  ])
})

test('a cell that is too long is an error, never cut', () => {
  expect(problemsOf('x'.repeat(201))).toEqual(['error A'])
  expect(problemsOf('Anna', `${'x'.repeat(250)}@example.org`)).toEqual(['error B'])
})

test.each([
  ['anna'],
  ['anna@'],
  ['@example.org'],
  ['a b@example.org'],
  ['a@b@c.org'],
  ['anna@example'],
])('%s is no e-mail address', (email) => {
  expect(problemsOf('Anna', email)).toEqual(['warning B'])
})
