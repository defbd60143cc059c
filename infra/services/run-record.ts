import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts'
import type { OwnServer } from './service.ts'

/** One thing that a run has made outside itself, and all that is needed to take it away again. */
export type Undo =
  | { readonly kind: 'database'; readonly adminUrl: string; readonly name: string }
  | { readonly kind: 'redis_keys'; readonly url: string; readonly prefix: string }
  | { readonly kind: 'vhost'; readonly adminUrl: string; readonly name: string }
  | {
      readonly kind: 'process'
      readonly identity: ProcessIdentity
      readonly signal: NodeJS.Signals
      /** Where it is a service that may be started again. */
      readonly server?: OwnServer
    }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'compose'; readonly project: string }

/** What is written down about one run, so that another process can clear it away. */
export interface RunRecord {
  readonly id: string
  /** The process that this run serves; null for a person, who ends it with dev-down.sh. */
  readonly owner: ProcessIdentity | null
  readonly undo: readonly Undo[]
  /** Whether it is being cleared away, so that nothing may be added any more. */
  readonly isEnding: boolean
}

const folder = join(import.meta.dirname, '../../.eventpass/services')

/** Begins a run's record. Throws where one of that name exists already. */
export function createRecord(id: string, ownerPid: number | null): RunRecord {
  if (!/^[a-z0-9-]{1,40}$/.test(id)) {
    throw new Error(`The run's name "${id}" may hold a-z, 0-9 and "-" only, 40 characters at most.`)
  }
  if (existsSync(fileOf(id))) {
    throw new Error(`The run "${id}" is up already: end it with infra/scripts/dev-down.sh ${id}.`)
  }
  const owner = ownerPid === null ? null : identifyProcess(ownerPid)
  if (ownerPid !== null && !owner)
    throw new Error(`There is no process ${ownerPid} to own the run.`)
  return save({ id, owner, undo: [], isEnding: false })
}

/** Adds a thing to clear away. Written before the thing is made, so that a crash loses nothing. */
export function appendUndo(id: string, undo: Undo): void {
  const record = readRecord(id)
  if (!record || record.isEnding) throw new Error(`the run ${id} is being ended`)
  save({ ...record, undo: [...record.undo, undo] })
}

/** Takes one thing off the record, because it was never made. */
export function removeUndo(id: string, undo: Undo): void {
  const record = readRecord(id)
  if (!record) return
  const gone = JSON.stringify(undo)
  save({ ...record, undo: record.undo.filter((each) => JSON.stringify(each) !== gone) })
}

/** Lets nothing be added to a run any more. Returns all that it has made, or null if it is gone. */
export function endRecord(id: string): RunRecord | null {
  const record = readRecord(id)
  return record && save({ ...record, isEnding: true })
}

export function readRecord(id: string): RunRecord | null {
  return existsSync(fileOf(id)) ? JSON.parse(readFileSync(fileOf(id), 'utf8')) : null
}

export function deleteRecord(id: string): void {
  rmSync(fileOf(id), { force: true })
}

export function allRecords(): RunRecord[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.flatMap((name) => readRecord(name.replace(/\.json$/, '')) ?? [])
}

/** Whether the process that a run served is gone, so that nobody is left to end it. */
export function isAbandoned({ owner }: RunRecord): boolean {
  return owner !== null && !isAlive(owner)
}

function save(record: RunRecord): RunRecord {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = fileOf(record.id)
  writeFileSync(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return record
}

function fileOf(id: string): string {
  return join(folder, `${id}.json`)
}
