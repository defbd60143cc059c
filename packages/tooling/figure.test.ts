import { expect, test } from 'vitest'
import {
  atLeastPartOf,
  atMost,
  fasterThan,
  median,
  quantile,
  recorded,
  withinTimes,
} from './bench/figure.ts'

test('a bar is met at its very value and missed beside it', () => {
  const figures = (versus: number) => [
    fasterThan('load', { value: 10, versus, unit: 'ms', times: 6 }).ok,
    withinTimes('verdict', { value: 90, versus, unit: 'ms', times: 1.5 }).ok,
    atLeastPartOf('drain', { value: 15, versus, unit: '/s', part: 0.25 }).ok,
    atMost('bytes', versus, 'B', 60).ok,
  ]
  expect(figures(60)).toEqual([true, true, true, true])
  expect(figures(59)).toEqual([false, false, true, true])
  expect(figures(61)).toEqual([true, true, false, false])
})

test('a figure that was never measured misses its bar', () => {
  expect(atMost('bytes', median([]), 'B', 60).ok).toBe(false)
  expect(withinTimes('verdict', { value: 0, versus: 0, unit: 'ms', times: 1 }).ok).toBe(false)
})

test('a figure without a bar is recorded to four digits', () => {
  expect(recorded('heap', 123_456, 'B')).toEqual({
    ...{ name: 'heap', value: 123_500, unit: 'B', versus: null, ratio: null, bar: null, ok: true },
  })
})

test('a quantile is the least value that so many do not exceed', () => {
  const values = Array.from({ length: 100 }, (_, n) => 100 - n)
  expect([0, 0.01, 0.5, 0.99, 1].map((part) => quantile(values, part))).toEqual([1, 1, 50, 99, 100])
  expect(median([3, 1, 2])).toBe(2)
})
