/** Where a text stops being JSON, and what should have stood there. Lines and columns count from 1. */
interface JsonFault {
  readonly line: number
  readonly column: number
  readonly expected: string
}

/** A JSON value that remembers on which line each of its parts stands. */
export interface JsonReading {
  readonly value: unknown
  /** The line of the part at this path, or of the nearest part around it. */
  readonly lineOf: (path: readonly PropertyKey[]) => number
}

export type JsonResult =
  | { readonly ok: true; readonly reading: JsonReading }
  | { readonly ok: false; readonly fault: JsonFault }

/** Deeper nesting than any of our files has; a limit so that no input exhausts the stack. */
const nestingMax = 64

interface Cursor {
  readonly text: string
  at: number
  readonly lines: Map<string, number>
  readonly lineStarts: readonly number[]
}

/**
 * Reads JSON (RFC 8259) and keeps the line of every part, which `JSON.parse` does not give.
 *
 * Stricter in one point: a key that stands twice in one object is a fault, since that is how a
 * badly resolved merge looks.
 */
export function readJsonText(text: string): JsonResult {
  const cursor: Cursor = { text, at: 0, lines: new Map(), lineStarts: lineStartsOf(text) }
  try {
    const value = readValue(cursor, [])
    skipSpace(cursor)
    if (cursor.at < text.length) stop(cursor, 'the end of the file')
    return { ok: true, reading: { value, lineOf: (path) => lineOf(cursor.lines, path) } }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { ok: false, fault: { ...positionOf(cursor), expected: error.message } }
  }
}

function lineOf(lines: ReadonlyMap<string, number>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const line = lines.get(keyOf(path.slice(0, length)))
    if (line !== undefined) return line
  }
  return 1
}

function readValue(cursor: Cursor, path: readonly PropertyKey[]): unknown {
  skipSpace(cursor)
  if (path.length > nestingMax) stop(cursor, `at most ${nestingMax} levels of nesting`)
  cursor.lines.set(keyOf(path), positionOf(cursor).line)
  const first = cursor.text[cursor.at]
  if (first === '{') return readObject(cursor, path)
  if (first === '[') return readArray(cursor, path)
  if (first === '"') return readString(cursor)
  return readWord(cursor)
}

function readObject(cursor: Cursor, path: readonly PropertyKey[]): unknown {
  const members: [string, unknown][] = []
  const seen = new Set<string>()
  cursor.at++
  skipSpace(cursor)
  if (take(cursor, '}')) return {}
  for (;;) {
    skipSpace(cursor)
    if (cursor.text[cursor.at] !== '"') stop(cursor, members.length ? 'a key' : 'a key or "}"')
    const start = cursor.at
    const key = readString(cursor)
    if (seen.has(key)) {
      cursor.at = start
      stop(cursor, `a key other than "${key}", which this object already has`)
    }
    seen.add(key)
    skipSpace(cursor)
    if (!take(cursor, ':')) stop(cursor, '":"')
    members.push([key, readValue(cursor, [...path, key])])
    skipSpace(cursor)
    if (take(cursor, '}')) return Object.fromEntries(members)
    if (!take(cursor, ',')) stop(cursor, '"," or "}"')
  }
}

function readArray(cursor: Cursor, path: readonly PropertyKey[]): unknown {
  const items: unknown[] = []
  cursor.at++
  skipSpace(cursor)
  if (take(cursor, ']')) return items
  for (;;) {
    items.push(readValue(cursor, [...path, items.length]))
    skipSpace(cursor)
    if (take(cursor, ']')) return items
    if (!take(cursor, ',')) stop(cursor, '"," or "]"')
  }
}

function readString(cursor: Cursor): string {
  const match = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
  match.lastIndex = cursor.at
  const found = match.exec(cursor.text)?.[0]
  if (found === undefined) stop(cursor, 'a string that ends on its line')
  cursor.at += found.length
  return String(JSON.parse(found))
}

function readWord(cursor: Cursor): unknown {
  const match = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y
  match.lastIndex = cursor.at
  const found = match.exec(cursor.text)?.[0]
  if (found === undefined) stop(cursor, 'a value')
  cursor.at += found.length
  return JSON.parse(found)
}

function skipSpace(cursor: Cursor): void {
  while (/[ \t\r\n]/.test(cursor.text[cursor.at] ?? '')) cursor.at++
}

function take(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false
  cursor.at++
  return true
}

function stop(cursor: Cursor, expected: string): never {
  const rest = cursor.text.slice(cursor.at)
  if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(rest)) {
    throw new SyntaxError(`${expected}, found a git merge conflict`)
  }
  const found =
    rest === '' ? 'the end of the file' : JSON.stringify(rest.slice(0, 12).split('\n')[0])
  throw new SyntaxError(`${expected}, found ${found}`)
}

function positionOf(cursor: Cursor): { line: number; column: number } {
  let low = 0
  let high = cursor.lineStarts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((cursor.lineStarts[middle] ?? 0) <= cursor.at) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: cursor.at - (cursor.lineStarts[low] ?? 0) + 1 }
}

function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

const keyOf = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String))
