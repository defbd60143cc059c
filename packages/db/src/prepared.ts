import { type SQL, sql } from 'drizzle-orm'
import type { Sql, TransactionSql } from 'postgres'

const mark = '/* prepared */ '

/**
 * Has each connection parse and plan this statement once, and send it in one round trip afterwards.
 *
 * For statements of one text that run all the time. Any other is planned each time it runs, for the
 * values that it runs with, and costs a round trip more, in which its parameters are described.
 */
export function prepared(statement: SQL): SQL {
  return sql`${sql.raw(mark)}${statement}`
}

/** Drizzle runs everything unprepared: over this client it prepares what is marked. */
export function preparingMarked(client: Sql): Sql {
  return new Proxy(client, {
    get(target, name) {
      if (name === 'unsafe') return unsafeOf(target)
      if (name !== 'begin') return Reflect.get(target, name)
      return (work: (tx: TransactionSql) => unknown) =>
        target.begin((tx) => work(withUnsafe(tx, unsafeOf(tx))))
    },
  })
}

function withUnsafe(tx: TransactionSql, unsafe: Sql['unsafe']): TransactionSql {
  return new Proxy(tx, {
    get: (target, name) => (name === 'unsafe' ? unsafe : Reflect.get(target, name)),
  })
}

function unsafeOf(client: Pick<Sql, 'unsafe'>): Sql['unsafe'] {
  return (text, values, options) =>
    client.unsafe(text, values, { ...options, prepare: text.startsWith(mark) })
}
