/**
 * A database in memory with what the stores rely on in Postgres: transactions that others see only
 * once they are committed, locks that are held until then, statements that read what is committed by
 * now (READ COMMITTED), and backups.
 */
export interface ModelDatabase {
  readonly tx: <T>(work: (tx: ModelTx) => Promise<T>) => Promise<T>
  /** Committed rows of a table. */
  readonly rows: <Row>(table: string) => readonly Row[]
  /** Everything that is committed, to go back to with `restore`. */
  readonly backUp: () => Backup
  /** Ends every transaction that is open and forgets what came after the backup. */
  readonly restore: (backup: Backup) => void
  /** Ends every transaction that is open, as the end of their process would: nothing of them is answered. */
  readonly killTransactions: () => void
  /** Transactions that have begun and not ended. */
  readonly countOpen: () => number
  /** Calls the listener after every commit that wrote something. */
  readonly onCommit: (listener: (tables: ReadonlySet<string>) => void) => void
}

export type Backup = ReadonlyMap<string, ReadonlyMap<string, object>>

export interface ModelTx {
  readonly table: <Row extends object>(name: string) => ModelTable<Row>
  /** Waits for the lock of that name and holds it until the transaction ends. */
  readonly lock: (name: string) => Promise<void>
  /** To be awaited before each statement: it may take its time. */
  readonly statement: () => Promise<void>
}

interface ModelTable<Row> {
  readonly get: (key: string) => Row | undefined
  /** Committed rows and this transaction's own, oldest key first. */
  readonly all: () => readonly Row[]
  readonly set: (key: string, row: Row) => void
  readonly delete: (key: string) => void
}

/** How long things take; both 0 outside of simulated worlds. */
export interface DatabaseDelays {
  readonly statement: () => Promise<void>
  readonly commit: () => Promise<void>
}

type Overlay = Map<string, Map<string, object | null>>

export function createModelDatabase(delays: DatabaseDelays): ModelDatabase {
  let base = new Map<string, Map<string, object>>()
  let life = {}
  let locks = createLocks()
  let open = 0
  const listeners: ((tables: ReadonlySet<string>) => void)[] = []
  const tableOf = (name: string) => {
    const table = base.get(name) ?? new Map<string, object>()
    base.set(name, table)
    return table
  }
  const commit = (overlay: Overlay) => {
    for (const [name, changes] of overlay) {
      const table = tableOf(name)
      for (const [key, row] of changes) row === null ? table.delete(key) : table.set(key, row)
    }
    for (const listener of listeners) listener(new Set(overlay.keys()))
  }
  const endAll = () => {
    life = {}
    locks = createLocks()
    open = 0
  }

  return {
    async tx(work) {
      const [own, ownLocks] = [life, locks]
      const overlay: Overlay = new Map()
      const held: (() => void)[] = []
      /** What a dead process awaited never comes. */
      const alive = () => (own === life ? undefined : new Promise<never>(() => undefined))
      const tx: ModelTx = {
        table: (name) => createTable(overlay, name, () => tableOf(name)),
        async lock(name) {
          held.push(await ownLocks.take(name, held))
          await alive()
        },
        async statement() {
          await delays.statement()
          await alive()
        },
      }
      open += 1
      try {
        const value = await work(tx)
        if (overlay.size > 0) await delays.commit()
        await alive()
        if (overlay.size > 0) commit(overlay)
        return value
      } finally {
        for (const release of held) release()
        if (own === life) open -= 1
      }
    },
    rows: <Row>(table: string) => [...tableOf(table).values()] as Row[],
    backUp: () => new Map([...base].map(([name, rows]) => [name, new Map(rows)])),
    restore(backup) {
      base = new Map([...backup].map(([name, rows]) => [name, new Map(rows)]))
      endAll()
    },
    killTransactions: endAll,
    countOpen: () => open,
    onCommit: (listener) => void listeners.push(listener),
  }
}

/** Rows are never changed in place: a copy of the maps is a backup. */
function createTable<Row extends object>(
  overlay: Overlay,
  name: string,
  committed: () => ReadonlyMap<string, object>,
): ModelTable<Row> {
  const own = () => {
    const changes = overlay.get(name) ?? new Map<string, object | null>()
    overlay.set(name, changes)
    return changes
  }
  return {
    get(key) {
      const change = overlay.get(name)?.get(key)
      if (change !== undefined) return (change ?? undefined) as Row | undefined
      return committed().get(key) as Row | undefined
    },
    all() {
      const changes = overlay.get(name)
      if (!changes) return [...committed().values()] as Row[]
      return [...new Map([...committed(), ...changes]).values()].filter(
        (row) => row !== null,
      ) as Row[]
    },
    set: (key, row) => void own().set(key, row),
    delete: (key) => void own().set(key, null),
  }
}

/** Locks by name, first come first served; one that is held already is taken again at once. */
function createLocks() {
  const waiting = new Map<string, (() => void)[]>()
  const holders = new Map<string, unknown>()
  return {
    async take(name: string, holder: unknown): Promise<() => void> {
      if (holders.get(name) === holder) return () => undefined
      const queue = waiting.get(name)
      if (queue) await new Promise<void>((resolve) => void queue.push(resolve))
      else waiting.set(name, [])
      holders.set(name, holder)
      return () => {
        holders.delete(name)
        const next = waiting.get(name)?.shift()
        if (next) next()
        else waiting.delete(name)
      }
    },
  }
}
