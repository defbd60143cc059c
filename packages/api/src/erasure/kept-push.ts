import { noTexts, type ScanId } from '@eventpass/domain'
import { PushedScan, parseScanBody } from '@eventpass/sync'
import { z } from 'zod'
import type { AboutSomebody } from './erasure-store.ts'

/** A push as it was kept whole: what stands beside its scans stays as it is. */
export const KeptPush = z.looseObject({ scans: z.array(PushedScan) })

/** Whom pushed scans are about, as far as they can be read: a void is about whom its target is about. */
export function readAbout(scans: readonly PushedScan[]): readonly AboutSomebody[] {
  const bodies = scans.flatMap(({ bytes }) => {
    const body = parseScanBody(bytes)
    return body.ok ? [body.value] : []
  })
  const digests = new Map(bodies.map(({ id, digest }) => [id, digest]))
  return bodies.map(({ id, digest, target }) => ({
    ...{ id, target },
    digest: digest ?? (target === null ? null : (digests.get(target) ?? null)),
  }))
}

/** The same scans without the texts beside these. */
export function blankTexts(
  scans: readonly PushedScan[],
  ids: ReadonlySet<ScanId>,
): readonly PushedScan[] {
  return scans.map((scan) => {
    const body = parseScanBody(scan.bytes)
    return body.ok && ids.has(body.value.id) ? { ...scan, texts: noTexts } : scan
  })
}
