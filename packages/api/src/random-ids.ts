import type { PlatformDep } from './platform.ts'

/** A random UUID (RFC 9562, version 4), lower case. */
export function randomUuid<Id extends string>({ random }: Pick<PlatformDep, 'random'>): Id {
  const bytes = random(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = hexOf(bytes)
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ]
  return parts.join('-') as Id
}

/** A random secret of `byteCount` bytes as base64url without padding. */
export function randomSecret({ random }: Pick<PlatformDep, 'random'>, byteCount: number): string {
  return btoa(String.fromCharCode(...random(byteCount)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** SHA-256 of bytes, or of a text's UTF-8, as 64 lower-case hex characters. */
export async function sha256Hex(
  { subtle }: Pick<PlatformDep, 'subtle'>,
  data: string | Uint8Array<ArrayBuffer>,
): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return hexOf(new Uint8Array(await subtle.digest('SHA-256', bytes)))
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
