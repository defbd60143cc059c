import type { z } from 'zod'
import { type JsonReading, readJsonText } from './json-text.ts'
import { type Result, refused } from './result.ts'

/** More faults than this are not listed: whoever reads them mends the first ones anyway. */
const faultsShownMax = 10

/**
 * Reads one of the tracker's JSON files against its schema.
 *
 * A fault names the file, the line, the path inside it and what was expected there; all faults
 * (up to ten) come at once.
 *
 * @example parseShaped('plan/ai-rules.json', '{"version": 2}', schema)
 * // plan/ai-rules.json:1: version: expected "1.0", found 2
 */
export function parseShaped<S extends z.ZodType>(
  path: string,
  text: string,
  schema: S,
): Result<z.output<S>> {
  const hint = `Mend ${path}, or put back the version from git: git checkout -- ${path}`
  const read = readJsonText(text)
  if (!read.ok) {
    const { line, column, expected } = read.fault
    return refused('bad_file', `${path}:${line}:${column}: expected ${expected}`, hint)
  }
  const shaped = schema.safeParse(read.reading.value)
  if (shaped.success) return { ok: true, value: shaped.data }
  const faults = shaped.error.issues.flatMap((issue) => faultLines(path, read.reading, issue))
  const more =
    faults.length > faultsShownMax ? [`… and ${faults.length - faultsShownMax} more`] : []
  return refused('bad_file', [...faults.slice(0, faultsShownMax), ...more].join('\n'), hint)
}

function faultLines(path: string, reading: JsonReading, issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const at = [...issue.path, key]
      return `${path}:${reading.lineOf(at)}: ${at.join('.')}: expected no such key`
    })
  }
  const place = issue.path.length > 0 ? issue.path.join('.') : 'the file'
  return [`${path}:${reading.lineOf(issue.path)}: ${place}: ${saidPlainly(reading, issue)}`]
}

function saidPlainly(reading: JsonReading, issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message
  const found = valueAt(reading.value, issue.path)
  const shown = found === undefined ? 'nothing' : (JSON.stringify(found) ?? 'nothing').slice(0, 40)
  return `${expectation(issue)}, found ${shown}`
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('expected ')) return issue.message
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`
  if (issue.code === 'invalid_value') {
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
  }
  if (issue.code === 'too_small') return `expected at least ${issue.minimum}`
  if (issue.code === 'too_big') return `expected at most ${issue.maximum}`
  if (issue.code === 'invalid_format') return `expected the form ${issue.pattern ?? issue.format}`
  return issue.message
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inside, key) => {
    if (typeof inside !== 'object' || inside === null) return undefined
    return Object.entries(inside).find(([name]) => name === String(key))?.[1]
  }, value)
}
