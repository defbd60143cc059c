import type { NewScan } from '@eventpass/api'
import { type SQL, sql } from 'drizzle-orm'
import { type ElementType, longTexts, pgArray } from '../pg-array.ts'

interface Column {
  readonly name: string
  /** As it is sent; hashes and digests go as hex with the prefix of bytea's text form. */
  readonly type: ElementType
  readonly of: (scan: NewScan) => string | number | boolean | null
}

/**
 * A scan as a row. Bytes that could not be read have no projection: every column of it is
 * null, so that nothing counts them, and the bytes are the evidence (SY3).
 */
const columns: readonly Column[] = [
  { name: 'seq', type: 'integer', of: ({ seq }) => seq },
  { name: 'hash', type: 'bytea', of: ({ hash }) => `\\x${hash}` },
  { name: 'prev', type: 'bytea', of: ({ prev }) => `\\x${prev}` },
  { name: 'id', type: 'uuid', of: ({ body }) => body?.id ?? null },
  { name: 'epoch', type: 'integer', of: ({ body }) => body?.epoch ?? null },
  { name: 'mono_ms', type: 'bigint', of: ({ body }) => body?.monoMs ?? null },
  { name: 'wall_ms', type: 'bigint', of: ({ body }) => body?.wallMs ?? null },
  { name: 'list', type: 'uuid', of: ({ body }) => body?.list ?? null },
  { name: 'gate', type: 'uuid', of: ({ body }) => body?.gate ?? null },
  { name: 'act', type: 'text', of: ({ body }) => body?.act ?? null },
  { name: 'input', type: 'text', of: ({ body }) => body?.input ?? null },
  { name: 'role', type: 'text', of: ({ body }) => body?.role ?? null },
  { name: 'digest', type: 'bytea', of: ({ body }) => (body?.digest ? `\\x${body.digest}` : null) },
  { name: 'verdict', type: 'text', of: ({ body }) => body?.verdict ?? null },
  { name: 'reason', type: 'text', of: ({ body }) => body?.reason ?? null },
  { name: 'tier', type: 'text', of: ({ body }) => body?.tier ?? null },
  { name: 'forced', type: 'boolean', of: ({ body }) => body?.forced ?? null },
  { name: 'force_sent', type: 'boolean', of: ({ body }) => body?.forceSent ?? null },
  { name: 'answers', type: 'uuid', of: ({ body }) => body?.answers ?? null },
  { name: 'target', type: 'uuid', of: ({ body }) => body?.target ?? null },
  { name: 'revision', type: 'bigint', of: ({ body }) => body?.revision ?? null },
  { name: 'invitee_no', type: 'integer', of: ({ invitee }) => invitee },
  { name: 'quarantine', type: 'text', of: ({ quarantine }) => quarantine },
  { name: 'connected', type: 'boolean', of: ({ connected }) => connected },
  { name: 'branch', type: 'text', of: ({ branch }) => branch },
]

/** The names of what `scanArrays` gives, in its order. */
export const scanColumns: SQL = sql.raw(['bytes', ...columns.map(({ name }) => name)].join(', '))

/** Scans as arrays for `unnest`, one a column: half the work of the same rows as JSON. */
export function scanArrays(scans: readonly NewScan[]): SQL {
  const arrays = columns.map(({ type, of }) => pgArray(type, scans.map(of)))
  return sql.join([longTexts(scans.map(({ bytes }) => bytes)), ...arrays], sql`, `)
}

/** Texts beside the scans, one row a field that has one. */
export function toTextRows(scans: readonly NewScan[]): readonly object[] {
  return scans.flatMap(({ hash, texts }) =>
    (['code', 'answer', 'note'] as const).flatMap((field) => {
      const salted = texts[field]
      return salted ? [{ hash, field, salt: salted.salt, text: salted.text }] : []
    }),
  )
}
