import type { DerivedIncident, KeyOutcome, KnownIncident, Scan, ScanId } from '@eventpass/domain'

/**
 * The incidents of a key as its scans tell them, and those of people who were told `provisional` and
 * lost (CL4): their scans may be on their way still, or never come.
 *
 * An id that an incident names and whose scan is not here counts as if it had come and said admit, and
 * stays named. Once the scan is here, it alone decides: so that there is one incident of a double all
 * the while, and none in the end where the gate had refused (LG3).
 */
export function keepTold(
  known: readonly KnownIncident[],
  scans: readonly Scan[],
  { incidents, rulings }: Pick<KeyOutcome, 'incidents' | 'rulings'>,
): readonly DerivedIncident[] {
  const here = new Set(scans.map(({ body }) => body.id))
  const stands = (id: ScanId) => here.has(id) && (rulings.get(id)?.kind ?? 'voided') !== 'voided'
  const derived = [...incidents]
  for (const { status, covers: _, ...told } of known) {
    const least = leastOf(told)
    if (least === null || status === 'dissolved') continue
    const absent = told.scans.filter((id) => !here.has(id))
    const standing = told.scans.filter(stands)
    const at = derived.findIndex((one) => isSameMatter(one, told))
    const same = derived[at]
    if (same) {
      const more = absent.filter((id) => !same.scans.includes(id))
      derived[at] = { ...same, scans: [...same.scans, ...more] }
    } else {
      const isTold = absent.length > 0 || told.kind === 'provisional_refused'
      const scans = [...standing, ...absent]
      if (isTold && scans.length >= least) derived.push({ ...told, scans })
    }
  }
  return derived
}

/** How many people must have been let in for it to be one; null for kinds that nobody is told of. */
function leastOf({ kind }: DerivedIncident): number | null {
  if (kind === 'provisional_refused') return 1
  return kind === 'double_admission' || kind === 'double_gift' ? 2 : null
}

function isSameMatter(a: DerivedIncident, b: DerivedIncident): boolean {
  return a.kind === b.kind && (a.key === b.key || a.scans.some((id) => b.scans.includes(id)))
}
