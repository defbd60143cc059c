/**
 * A database in memory with what the stores rely on in Postgres: transactions that others see only
 * once they are committed, locks that are held until then, statements that read what is committed by
 * now (READ COMMITTED), and backups.
 */
export interface ModelDatabase {
  readonly tx: <T>(work: (tx: ModelTx) => Promise<T>) => Promise<T>
  /** Committed rows of a table. */
  readonly rows: <Row>(table: string) => readonly Row[]
  /** A committed row by its key. */
  readonly row: <Row>(table: string, key: string) => Row | undefined
  /** Everything that is committed, to go back to with `restore`. */
  readonly backUp: () => Backup
  /** Ends every transaction that is open and forgets what came after the backup. */
  readonly restore: (backup: Backup) => void
  /** Ends every transaction that is open, as the end of their process would: nothing of them is answered. */
  readonly killTransactions: () => void
  /**
   * The server is gone, for as long as it is not called back: what is open fails, and of what is just
   * being committed nobody who asked learns whether it was.
   */
  readonly goAway: () => void
  /** Calls once, when the next transaction that wrote something is just being committed. */
  readonly onNextCommit: (what: () => void) => void
  readonly comeBack: () => void
  /** Throws while the server is gone. */
  readonly assertHere: () => void
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

/** How long things take, both 0 outside of simulated worlds; and how a commit ends that lost its server. */
export interface DatabaseDelays {
  readonly statement: () => Promise<void>
  readonly commit: () => Promise<void>
  /** Asked of a commit that lost its server: whether it was done all the same. */
  readonly isCommitKept: () => boolean
}

/** The server cannot be reached, or was lost on the way. */
export class DatabaseAway extends Error {}

type Overlay = Map<string, Map<string, object | null>>

export function createModelDatabase(delays: DatabaseDelays): ModelDatabase {
  let base = new Map<string, Map<string, object>>()
  let life = {}
  let locks = createLocks()
  let open = 0
  /** Counts losses of the server: a transaction lives within one. */
  let sessions = 0
  let away = false
  const assertHere = (session: number) => {
    if (away || session !== sessions) throw new DatabaseAway('the database is away')
  }
  const awaiting: (() => void)[] = []
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
      assertHere(sessions)
      const [own, ownLocks, session] = [life, locks, sessions]
      const overlay: Overlay = new Map()
      const held: (() => void)[] = []
      /** What a dead process awaited never comes. */
      const alive = () => (own === life ? undefined : new Promise<never>(() => undefined))
      const tx: ModelTx = {
        table: (name) => createTable(overlay, name, () => tableOf(name)),
        async lock(name) {
          held.push(await ownLocks.take(name, held))
          await alive()
          assertHere(session)
        },
        async statement() {
          await delays.statement()
          await alive()
          assertHere(session)
        },
      }
      open += 1
      try {
        const value = await work(tx)
        if (overlay.size > 0) {
          for (const what of awaiting.splice(0)) what()
          await delays.commit()
        }
        await alive()
        const isLost = away || session !== sessions
        if (overlay.size > 0 && (!isLost || delays.isCommitKept())) commit(overlay)
        assertHere(session)
        return value
      } finally {
        for (const release of held) release()
        if (own === life) open -= 1
      }
    },
    rows: <Row>(table: string) => [...tableOf(table).values()] as Row[],
    row: <Row>(table: string, key: string) => tableOf(table).get(key) as Row | undefined,
    backUp: () => new Map([...base].map(([name, rows]) => [name, new Map(rows)])),
    restore(backup) {
      base = new Map([...backup].map(([name, rows]) => [name, new Map(rows)]))
      endAll()
    },
    goAway() {
      away = true
      sessions += 1
    },
    onNextCommit: (what) => void awaiting.push(what),
    comeBack() {
      away = false
    },
    assertHere: () => assertHere(sessions),
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

/**
 * Locks by name, first come first served; one that is held already is taken again at once. Whoever
 * would close a circle of waiting is refused, as Postgres ends one of a deadlock.
 */
function createLocks() {
  const waiting = new Map<string, (() => void)[]>()
  const holders = new Map<string, object>()
  const awaited = new Map<object, string>()
  const closesCircle = (name: string, holder: object) => {
    for (let next = holders.get(name); next; ) {
      if (next === holder) return true
      const wanted = awaited.get(next)
      next = wanted === undefined ? undefined : holders.get(wanted)
    }
    return false
  }
  return {
    async take(name: string, holder: object): Promise<() => void> {
      if (holders.get(name) === holder) return () => undefined
      const queue = waiting.get(name)
      if (queue) {
        if (closesCircle(name, holder)) throw new Error(`deadlock detected: waiting for ${name}`)
        awaited.set(holder, name)
        await new Promise<void>((resolve) => void queue.push(resolve))
        awaited.delete(holder)
      } else waiting.set(name, [])
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
