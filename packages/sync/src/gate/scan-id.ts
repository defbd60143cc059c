import type { ScanId } from '@eventpass/domain'
import { hexFromBytes } from '@eventpass/token'
import type { GateDeps } from './gate-deps.ts'

/** A random UUID (version 4, RFC 9562), made on the device: the key of everything about this scan. */
export function createScanId({ randomBytes }: Pick<GateDeps, 'randomBytes'>): ScanId {
  const bytes = randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = hexFromBytes(bytes)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as ScanId
}
