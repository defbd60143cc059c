import { type ContractCase, equal, refuses } from '@eventpass/sync/testing'
import type { Client, InValue } from '@libsql/core/api'
import fc from 'fast-check'

/**
 * Goal: a value that was bound comes back, whatever its size and whatever ran or failed before.
 * Method: any rows of values around the sizes at which an adapter changes its way, in one
 * connection whose statements are used again and again.
 */
export interface ClientHarness {
  readonly client: Client
}

/** Around this many bytes values no longer fit together into one statement's room. */
const roomBytes = 16 * 1_024

/** Any but NUL, at which native libSQL ends a text; the gate stores none (`saltedText`). */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\0', '0')),
  fc.constantFrom('', '\ufeff', '\ufeffafter a byte order mark', 'ß', '🎟', '1e5'),
  fc
    .tuple(fc.constantFrom('x', 'é', '🎟'), fc.integer({ min: roomBytes - 3, max: roomBytes + 3 }))
    .map(([letter, bytes]) => letter.repeat(Math.ceil(bytes / new Blob([letter]).size))),
)
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .integer({ min: roomBytes - 3, max: roomBytes + 3 })
    .map((size) => new Uint8Array(size).fill(7)),
)
const anyNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 1e300, -0.5),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
)
const anyValue = fc.oneof(fc.constant(null), anyNumber, anyText, anyBytes)

export const clientCases: readonly ContractCase<ClientHarness>[] = [
  {
    title: '[RP12] any values come back as they were bound',
    run: ({ client }) =>
      fc.assert(
        fc.asyncProperty(fc.array(anyValue, { minLength: 1, maxLength: 6 }), async (values) => {
          equal(seen(await echo(client, values)), seen(values), 'the row')
        }),
        { numRuns: 200 },
      ),
  },
  {
    title: '[RP12] memory that grows while values are bound loses none of them',
    run: async ({ client }) => {
      for (const size of [1_000_000, 4_000_000, 16_000_000]) {
        const [long, large] = ['x'.repeat(size), new Uint8Array(size).fill(7)]
        const row = await echo(client, ['before', long, 'between', large, 'after'])
        const bytes = toBytes(row[3]) as Uint8Array
        equal([row[0], row[2], row[4]], ['before', 'between', 'after'], 'the short texts')
        equal([row[1] === long, bytes.length], [true, size], 'the long ones')
        equal(
          bytes.every((byte) => byte === 7),
          true,
          'the bytes',
        )
      }
    },
  },
  {
    title: '[RP12] half of a surrogate pair is stored as the replacement character',
    run: async ({ client }) => equal(await echo(client, ['a\ud83cb']), ['a\ufffdb'], 'the text'),
  },
  {
    title: '[RP12] after a statement that failed the same one runs as if it had not',
    run: async ({ client }) => {
      await client.execute('CREATE TABLE failing (id INTEGER PRIMARY KEY, value TEXT NOT NULL)')
      const insert = (args: InValue[]) =>
        client.execute({ sql: 'INSERT INTO failing VALUES (?, ?)', args })
      await insert([1, 'one'])
      await refuses(() => insert([1, 'again']), 'a second row of that key')
      await refuses(() => insert([2, null]), 'a row without a value')
      await insert([2, 'two'])
      const { rows } = await client.execute('SELECT id, value FROM failing ORDER BY id')
      equal(
        rows.map((row) => [row.id, row.value]),
        [
          [1, 'one'],
          [2, 'two'],
        ],
        'the rows',
      )
    },
  },
  {
    title: '[RP12] a whole number beyond 64 bits is refused, and not cut',
    run: async ({ client }) => {
      const isSame = { sql: 'SELECT ? = 9223372036854775807 AS same', args: [2n ** 63n - 1n] }
      equal((await client.execute(isSame)).rows[0]?.same, 1, 'the greatest')
      await refuses(() => echo(client, [2n ** 63n]), 'one more')
    },
  },
]

/** The values as a row of a statement that has them bound. */
async function echo(client: Client, values: readonly InValue[]): Promise<readonly unknown[]> {
  const sql = `SELECT ${values.map(() => '?').join(', ')}`
  const { rows } = await client.execute({ sql, args: [...values] })
  return values.map((_, at) => rows[0]?.[at])
}

function toBytes(value: unknown): unknown {
  return value instanceof ArrayBuffer ? new Uint8Array(value) : value
}

/** Bytes as a text that tells them from a text; JSON would lose what they are. */
function seen(values: readonly unknown[]): readonly unknown[] {
  return values
    .map(toBytes)
    .map((value) => (value instanceof Uint8Array ? `bytes ${value}` : value))
}
