/**
 * Goal: the tracker's own reader of JSON reads what JSON is, and says where it stops being it.
 * Method: any JSON value against `JSON.parse`, and texts cut off anywhere.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJsonText } from './json-text.ts'

test('[PL1] any JSON value is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent)
      const read = readJsonText(text)
      expect(read.ok && read.reading.value).toEqual(JSON.parse(text))
    }),
  )
})

test('[PL1] a text that was cut off is a fault on one of its lines', () => {
  fc.assert(
    fc.property(fc.object(), fc.nat(), (object, at) => {
      const whole = JSON.stringify(object, null, 2)
      const text = whole.slice(0, at % whole.length)
      const read = readJsonText(text)
      expect(read.ok).toBe(false)
      if (!read.ok) {
        expect(read.fault.line).toBeGreaterThan(0)
        expect(read.fault.line).toBeLessThanOrEqual(text.split('\n').length)
      }
    }),
  )
})

test('[PL1] a part knows its line, and a missing part the line of what is around it', () => {
  const read = readJsonText('{\n  "a": {\n    "b": [\n      1,\n      2\n    ]\n  }\n}')
  expect(read.ok && read.reading.lineOf(['a', 'b', 1])).toBe(5)
  expect(read.ok && read.reading.lineOf(['a', 'c'])).toBe(2)
})

test.each([
  ['{"a": 1\n<<<<<<< HEAD\n}', '2:1: "," or "}", found a git merge conflict'],
  [
    '{"a": 1,\n "a": 2}',
    '2:2: a key other than "a", which this object already has, found "\\"a\\": 2}"',
  ],
  ['{"a": tru}', '1:7: a value, found "tru}"'],
  ['{"a": "x\n"}', '1:7: a string that ends on its line, found "\\"x"'],
  ['[1] 2', '1:5: the end of the file, found "2"'],
  ['', '1:1: a value, found the end of the file'],
])('[PL1] %j says what was expected and where', (text, said) => {
  const read = readJsonText(text)
  expect(read.ok ? '' : `${read.fault.line}:${read.fault.column}: ${read.fault.expected}`).toBe(
    said,
  )
})

test('[PL1] a text that nests without end is a fault, not a crash', () => {
  expect(readJsonText('['.repeat(100_000)).ok).toBe(false)
})
