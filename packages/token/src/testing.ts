import { createHash, createHmac, hkdfSync } from 'node:crypto'
import type { EventId, TenantId, TicketId } from '@eventpass/domain'
import fc from 'fast-check'

/**
 * The token written a second time, by Node's own crypto and big integers, so
 * that the golden vectors do not rest on the code they test.
 */
export interface GoldenToken {
  readonly tenant: TenantId
  readonly event: EventId
  readonly kid: number
  readonly ticketId: TicketId
  readonly tenantKey: string
  readonly eventKey: string
  readonly eventTag: string
  readonly signed: string
  readonly mac: string
  readonly token: string
  readonly digest: string
}

export function goldenToken(
  masterKey: string,
  named: Pick<GoldenToken, 'tenant' | 'event' | 'kid' | 'ticketId'>,
): GoldenToken {
  const tenant = Buffer.from(named.tenant.replaceAll('-', ''), 'hex')
  const event = Buffer.from(named.event.replaceAll('-', ''), 'hex')
  const tenantKey = hkdf(Buffer.from(masterKey, 'hex'), [
    Buffer.from('eventpass/tenant/v1'),
    tenant,
  ])
  const kid = Buffer.from([named.kid])
  const eventKey = hkdf(tenantKey, [Buffer.from('eventpass/qr/v1'), tenant, event, kid])
  const eventTag = createHash('sha256').update(event).digest().subarray(0, 4)
  const signed = Buffer.concat([kid, eventTag, Buffer.from(named.ticketId, 'hex')])
  const mac = createHmac('sha256', eventKey).update(signed).digest()
  const bytes = Buffer.concat([signed, mac])
  return {
    ...named,
    tenantKey: tenantKey.toString('hex'),
    eventKey: eventKey.toString('hex'),
    eventTag: eventTag.toString('hex'),
    signed: signed.toString('hex'),
    mac: mac.toString('hex'),
    token: `EP1${base32(bytes)}`,
    digest: createHash('sha256').update(bytes).digest('hex').slice(0, 32),
  }
}

function hkdf(secret: Buffer, info: readonly Buffer[]): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), Buffer.concat(info), 32))
}

function base32(bytes: Buffer): string {
  const letters = Math.ceil((bytes.length * 8) / 5)
  const spare = BigInt(letters * 5 - bytes.length * 8)
  const number = BigInt(`0x${bytes.toString('hex')}`) << spare
  return Array.from({ length: letters }, (_, at) => {
    const value = Number((number >> BigInt((letters - 1 - at) * 5)) & 31n)
    return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(value)
  }).join('')
}

/** Every property here may ask for tokens, which are cheap, and keys, which are not: a few events do. */
export const anyTicketId = fc
  .uint8Array({ minLength: 12, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString('hex') as TicketId)

export const masterKey = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
export const tenant = '0b1f4c3e-6a52-4d1c-8f7e-2d9a5b6c7e80' as TenantId
export const event = '7d9f0a12-3b4c-4d5e-9f60-718293a4b5c6' as EventId
export const otherEvent = 'c0ffee00-1234-4abc-8def-0123456789ab' as EventId
export const strangeEvent = '11111111-2222-4333-8444-555555555555' as EventId
