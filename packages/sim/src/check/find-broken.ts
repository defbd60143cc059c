import type { ModelDatabase } from '../central/model-database.ts'
import type {
  ClaimRow,
  IncidentRow,
  QuarantinedPushRow,
  RulingRowKept,
  ScanRow,
} from '../central/rows.ts'
import type { Promised } from '../run/note-promise.ts'

type Rows = Pick<ModelDatabase, 'rows'>

/** What is wrong with how a promise ended, as far as central is now; null where nothing is. */
export function findBroken(database: Rows, { kind, device, what }: Promised): string | null {
  if (kind === 'push') {
    const isStored = database
      .rows<ScanRow>('scans')
      .some((scan) => scan.device === device && scan.hash === what)
    const isKept = database
      .rows<QuarantinedPushRow>('quarantinedPushes')
      .some(({ bytes }) => bytes.includes(what))
    return isStored || isKept ? null : 'is neither stored nor kept as one that failed'
  }
  const isGranted = database
    .rows<ClaimRow>('claims')
    .some((row) => row.device === device && row.op === what && isAccepted(row))
  // A gate that did not let anybody in after all leaves nothing to name.
  if (isGranted || isRefused(database, what)) return null
  const naming = database
    .rows<IncidentRow>('incidents')
    .filter(({ scans }) => scans.some((id) => id === what))
  if (naming.length === 0) return 'was not granted, and no incident names it'
  const isOpen = naming.some(({ status }) => status !== 'dissolved')
  const others = naming.flatMap(({ scans }) => scans.filter((id) => id !== what))
  return isOpen || !others.some((id) => isStanding(database, id))
    ? null
    : 'was not granted, and what named it is dissolved'
}

/** Whether somebody was told to be let in under this id, and what was shown there never came. */
export function isToldAlone(database: Rows, promised: ReadonlySet<string>, id: string): boolean {
  if (scansOf(database, id).length > 0) return false
  const isGranted = database
    .rows<ClaimRow>('claims')
    .some((row) => row.op === id && isAccepted(row))
  return isGranted || [...promised].some((key) => key.endsWith(`/${id}`))
}

function isAccepted({ answer }: ClaimRow): boolean {
  return answer.outcome === 'accepted'
}

function scansOf(database: Rows, id: string): readonly ScanRow[] {
  return database.rows<ScanRow>('scans').filter((scan) => scan.id === id)
}

/** Whether that scan is here and let nobody in, or does not count as one that did. */
function isRefused(database: Rows, id: string): boolean {
  const own = scansOf(database, id)
  const letsIn = ({ body, hash }: ScanRow) =>
    body?.verdict === 'admit' && rulingOf(database, hash) !== 'voided'
  return own.length > 0 && !own.some(letsIn)
}

/** Whether that scan is here and counts as one that let somebody in. */
function isStanding(database: Rows, id: string): boolean {
  return scansOf(database, id).some(
    ({ hash }) => (rulingOf(database, hash) ?? 'voided') !== 'voided',
  )
}

function rulingOf(database: Rows, hash: string): string | null {
  const row = database.rows<RulingRowKept>('rulings').find((ruled) => ruled.hash === hash)
  return row?.ruling.kind ?? null
}
