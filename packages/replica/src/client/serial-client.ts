import type { Client, InArgs, InStatement, Transaction, TransactionMode } from '@libsql/core/api'
import { createMutex, type Mutex } from './mutex.ts'

/**
 * Makes every call of a client wait for its turn, so that one connection serves a file (RP5).
 *
 * A statement that comes while a transaction is open waits for its end: it neither joins it
 * nor fails, as the bare client's does.
 */
export function createSerialClient(client: Client): Client {
  const mutex = createMutex()
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    // Most find nobody in, as a verdict's statements do: they shall not wait for a promise.
    const leave = mutex.enterIfFree() ?? (await mutex.enter())
    try {
      return await work()
    } finally {
      leave()
    }
  }
  return {
    execute: (statement: InStatement, args?: InArgs) =>
      inTurn(() =>
        typeof statement === 'string' ? client.execute(statement, args) : client.execute(statement),
      ),
    batch: (statements, mode) => inTurn(() => client.batch(statements, mode)),
    migrate: (statements) => inTurn(() => client.migrate(statements)),
    executeMultiple: (sql) => inTurn(() => client.executeMultiple(sql)),
    transaction: (mode?: TransactionMode) =>
      holdTurn(mutex, () => client.transaction(mode ?? 'write')),
    sync: () => inTurn(() => client.sync()),
    close: () => client.close(),
    reconnect: () => client.reconnect(),
    get closed() {
      return client.closed
    },
    get protocol() {
      return client.protocol
    },
  }
}

async function holdTurn(mutex: Mutex, begin: () => Promise<Transaction>): Promise<Transaction> {
  const leave = await mutex.enter()
  try {
    return leavingAtEnd(await begin(), leave)
  } catch (error) {
    leave()
    throw error
  }
}

function leavingAtEnd(transaction: Transaction, leave: () => void): Transaction {
  const ending = async (end: () => Promise<void>) => {
    try {
      await end()
    } finally {
      leave()
    }
  }
  return {
    execute: (statement) => transaction.execute(statement),
    batch: (statements) => transaction.batch(statements),
    executeMultiple: (sql) => transaction.executeMultiple(sql),
    commit: () => ending(() => transaction.commit()),
    rollback: () => ending(() => transaction.rollback()),
    close: () => {
      try {
        transaction.close()
      } finally {
        leave()
      }
    },
    get closed() {
      return transaction.closed
    },
  }
}
