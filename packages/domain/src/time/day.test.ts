import { expect, test } from 'vitest'
import { dayInZone } from './day.ts'

test('a day follows the zone of the event, also when clocks change and at midnight', () => {
  expect(dayInZone(Date.UTC(2026, 2, 28, 23, 0), 'Europe/Berlin')).toBe('2026-03-29')
  expect(dayInZone(Date.UTC(2026, 2, 29, 21, 59), 'Europe/Berlin')).toBe('2026-03-29')
  expect(dayInZone(Date.UTC(2026, 2, 29, 22, 0), 'Europe/Berlin')).toBe('2026-03-30')
  expect(dayInZone(Date.UTC(2026, 9, 25, 22, 59), 'Europe/Berlin')).toBe('2026-10-25')
  expect(dayInZone(Date.UTC(2026, 9, 25, 23, 0), 'Europe/Berlin')).toBe('2026-10-26')
  expect(dayInZone(0, 'Asia/Kathmandu')).toBe('1970-01-01')
})

test('an unknown zone or moment has no day', () => {
  expect(dayInZone(0, 'Mars/Olympus')).toBeNull()
  expect(dayInZone(Infinity, 'UTC')).toBeNull()
  expect(dayInZone(9e15, 'UTC')).toBeNull()
})
