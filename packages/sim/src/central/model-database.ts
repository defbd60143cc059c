import { createLocks } from './model-locks.ts'

/**
 * A database in memory with what the stores rely on in Postgres: transactions that others see only
 * once they are committed, locks that are held until then, statements that read what is committed by
 * now (READ COMMITTED), and backups.
 */
export interface ModelDatabase extends ModelClient {
  /** Another process over a line of its own. */
  readonly connect: () => ModelClient
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
  readonly comeBack: () => void
  /** Transactions that have begun and not ended. */
  readonly countOpen: () => number
  /** Calls the listener after every commit that wrote something. */
  readonly onCommit: (listener: (tables: ReadonlySet<string>) => void) => void
  /** Calls the listener when the server, or the line of a client, came or went. */
  readonly onReach: (listener: () => void) => void
}

/** A process that works with the database, and its own line there. */
export interface ModelClient {
  readonly tx: <T>(work: (tx: ModelTx) => Promise<T>) => Promise<T>
  /** Committed rows of a table. */
  readonly rows: <Row>(table: string) => readonly Row[]
  /** Throws while the server is gone, or out of this one's reach. */
  readonly assertHere: () => void
  readonly isHere: () => boolean
  /** Commits that lost their server, so that nobody who asked learned whether they were done. */
  readonly countDoubts: () => number
  /** Calls once, when its next transaction that wrote something is just being committed. */
  readonly onNextCommit: (what: () => void) => void
  /** Its line alone is cut: for it the server is gone. */
  readonly cut: () => void
  readonly mend: () => void
  /** The process ends: what it had open is undone, or done where it was just being committed, and answered to nobody. */
  readonly kill: () => void
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

/** A transaction that has begun and not ended, and whose it is. */
interface OpenTx {
  readonly process: object
  readonly overlay: Overlay
  readonly held: (() => void)[]
  isCommitting: boolean
}

export function createModelDatabase(delays: DatabaseDelays): ModelDatabase {
  let base = new Map<string, Map<string, object>>()
  let life = {}
  let locks = createLocks()
  const open = new Set<OpenTx>()
  /** Counts losses of the server: a transaction lives within one. */
  let sessions = 0
  let away = false
  const listeners: ((tables: ReadonlySet<string>) => void)[] = []
  const reachListeners: (() => void)[] = []
  const tellReach = () => {
    for (const listener of reachListeners) listener()
  }
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
    open.clear()
  }
  const rows = <Row>(table: string) => [...tableOf(table).values()] as Row[]

  const connect = (): ModelClient => {
    let process = {}
    let cuts = 0
    let isCut = false
    let doubts = 0
    const awaiting: (() => void)[] = []
    const isHere = () => !away && !isCut
    const assertHere = (session: number) => {
      if (!isHere() || session !== sessions + cuts) throw new DatabaseAway('the database is away')
    }
    return {
      async tx(work) {
        assertHere(sessions + cuts)
        const [own, ownProcess, ownLocks, session] = [life, process, locks, sessions + cuts]
        const overlay: Overlay = new Map()
        const opened: OpenTx = { process, overlay, held: [], isCommitting: false }
        const { held } = opened
        const isAlive = () => own === life && ownProcess === process
        /** What a dead process awaited never comes. */
        const alive = () => (isAlive() ? undefined : new Promise<never>(() => undefined))
        const tx: ModelTx = {
          table: (name) => createTable(overlay, name, () => tableOf(name)),
          async lock(name) {
            const release = await ownLocks.take(name, held)
            // A turn that comes to a dead process is the next one's.
            if (isAlive()) held.push(release)
            else release()
            await alive()
            assertHere(session)
          },
          async statement() {
            await delays.statement()
            await alive()
            assertHere(session)
          },
        }
        open.add(opened)
        try {
          const value = await work(tx)
          if (overlay.size > 0) {
            opened.isCommitting = true
            for (const what of awaiting.splice(0)) what()
            await delays.commit()
          }
          await alive()
          const isLost = !isHere() || session !== sessions + cuts
          if (isLost && overlay.size > 0) doubts += 1
          if (overlay.size > 0 && (!isLost || delays.isCommitKept())) commit(overlay)
          assertHere(session)
          return value
        } finally {
          for (const release of held) release()
          open.delete(opened)
        }
      },
      rows,
      assertHere: () => assertHere(sessions + cuts),
      isHere,
      countDoubts: () => doubts,
      onNextCommit: (what) => void awaiting.push(what),
      cut() {
        isCut = true
        cuts += 1
        tellReach()
      },
      mend() {
        isCut = false
        tellReach()
      },
      kill() {
        for (const one of open) {
          if (one.process !== process) continue
          if (one.isCommitting && delays.isCommitKept()) commit(one.overlay)
          for (const release of one.held) release()
          open.delete(one)
        }
        process = {}
        awaiting.length = 0
      },
    }
  }

  return {
    ...connect(),
    connect,
    row: <Row>(table: string, key: string) => tableOf(table).get(key) as Row | undefined,
    backUp: () => new Map([...base].map(([name, all]) => [name, new Map(all)])),
    restore(backup) {
      base = new Map([...backup].map(([name, all]) => [name, new Map(all)]))
      endAll()
    },
    goAway() {
      away = true
      sessions += 1
      tellReach()
    },
    comeBack() {
      away = false
      tellReach()
    },
    killTransactions: endAll,
    countOpen: () => open.size,
    onCommit: (listener) => void listeners.push(listener),
    onReach: (listener) => void reachListeners.push(listener),
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
