import type { Ruling, ScanId } from '@eventpass/domain'
import { uuidToHex } from './columns.ts'

export const rulingKinds = [
  'confirmed',
  'superseded',
  'voided',
] as const satisfies readonly Ruling['kind'][]

/** A ruling's two columns, as values of a JSON row. */
export function rulingToValues(ruling: Ruling | null): readonly [number | null, string | null] {
  if (ruling === null) return [null, null]
  const by = ruling.kind === 'confirmed' ? null : uuidToHex(ruling.by)
  return [rulingKinds.indexOf(ruling.kind), by]
}

/** A ruling from its two columns. */
export function valuesToRuling(kind: Ruling['kind'] | null, by: ScanId | null): Ruling | null {
  if (kind === null) return null
  if (kind === 'confirmed') return { kind }
  return by === null ? null : { kind, by }
}
