import {
  getTableConfig,
  integer,
  type SQLiteTable,
  sqliteTable,
  text,
} from 'drizzle-orm/sqlite-core'
import type { Phase, Plan, PlanEvent, Proof, RunOutcome, StepKind, StepStatus } from './plan.ts'

export const state = sqliteTable('state', {
  id: integer('id').primaryKey(),
  format: integer('format').notNull(),
  revision: integer('revision').notNull(),
  templateDigest: text('template_digest').notNull(),
  project: text('project').notNull(),
  version: text('version').notNull(),
  status: text('status').$type<Plan['status']>().notNull(),
  currentPhase: integer('current_phase').notNull(),
  currentStep: text('current_step').notNull(),
})

export const phases = sqliteTable('phases', {
  id: text('id').primaryKey(),
  title: text('title').notNull(),
  status: text('status').$type<Phase['status']>().notNull(),
  position: integer('position').notNull(),
})

export const steps = sqliteTable('steps', {
  id: text('id').primaryKey(),
  title: text('title').notNull(),
  kind: text('kind').$type<StepKind>().notNull(),
  change: text('change'),
  proof: text('proof', { mode: 'json' }).$type<Proof>(),
  timeLimitSeconds: integer('time_limit_seconds').notNull(),
  status: text('status').$type<StepStatus>().notNull(),
  at: text('at'),
  run: text('run'),
  by: text('by'),
  reason: text('reason'),
  phase: text('phase').notNull(),
  position: integer('position').notNull(),
})

export const history = sqliteTable('history', {
  id: text('id').primaryKey(),
  at: text('at').notNull(),
  event: text('event').$type<PlanEvent>().notNull(),
  step: text('step'),
  status: text('status').$type<StepStatus>(),
  run: text('run'),
  by: text('by'),
  reason: text('reason'),
  note: text('note'),
  current: text('current'),
  position: integer('position').notNull().unique(),
})

export const runs = sqliteTable('runs', {
  id: text('id').primaryKey(),
  step: text('step').notNull(),
  purpose: text('purpose').$type<'run' | 'verify'>().notNull(),
  command: text('command').notNull(),
  attempt: integer('attempt').notNull(),
  waitedMs: integer('waited_ms').notNull(),
  startedAt: text('started_at').notNull(),
  durationMs: integer('duration_ms').notNull(),
  outcome: text('outcome').$type<RunOutcome>().notNull(),
  exitCode: integer('exit_code'),
  tests: integer('tests'),
  commit: text('commit'),
  dirty: integer('dirty', { mode: 'boolean' }).notNull(),
  outputTail: text('output_tail').notNull(),
})

export const tables = [state, phases, steps, history, runs]

/**
 * The statement that creates a table, taken from its definition above, so that there is one
 * definition. A form that changed needs no migration: the table is rebuilt from the mirror.
 */
export function createStatement(table: SQLiteTable): string {
  const { name, columns } = getTableConfig(table)
  const parts = columns.map(
    (column) =>
      `"${column.name}" ${column.getSQLType()}${column.primary ? ' primary key' : ''}${column.notNull ? ' not null' : ''}${column.isUnique ? ' unique' : ''}`,
  )
  return `create table if not exists "${name}" (${parts.join(', ')})`
}
