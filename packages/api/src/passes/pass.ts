import { type DeviceId, fail, ok, type Result, type TenantId } from '@eventpass/domain'
import { bytesFromHex } from '@eventpass/token'
import type { PlatformDep } from '../platform.ts'
import { hexOf } from '../random-ids.ts'

/** How long a pass lasts; a gate renews it with its next contact. */
export const passMs = 15 * 60_000

/** What a pass says. It proves a recent signed contact, and nothing of what the device may still do. */
export interface Pass {
  readonly tenant: TenantId
  readonly device: DeviceId
  readonly untilMs: number
}

export interface PassDeps extends Pick<PlatformDep, 'now' | 'subtle'> {
  /** HMAC-SHA-256 key shared by the API nodes. */
  readonly passKey: CryptoKey
  /** A pass is good for this life of the database alone: after a restore every device makes a contact. */
  readonly incarnation: string
}

export interface PassRefused {
  readonly kind: 'pass_refused'
  readonly message: string
}

/** Makes the text that a device sends as `authorization: Device …` until it runs out. */
export async function issuePass(
  deps: PassDeps,
  holder: { readonly tenant: TenantId; readonly device: DeviceId },
): Promise<string> {
  const payload = `${holder.tenant}.${holder.device}.${deps.now() + passMs}`
  const mac = await deps.subtle.sign('HMAC', deps.passKey, signedText(deps, payload))
  return `${payload}.${hexOf(new Uint8Array(mac))}`
}

/** Reads a pass; refuses one that was not made here or has run out. */
export async function readPass(deps: PassDeps, text: string): Promise<Result<Pass, PassRefused>> {
  const match = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.(\d{1,15})\.([0-9a-f]{64})$/.exec(text)
  if (!match) return refused('This is no device pass. Make a contact to get one.')
  const [, tenant, device, untilMs, mac] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
  ]
  const signed = signedText(deps, `${tenant}.${device}.${untilMs}`)
  if (!(await deps.subtle.verify('HMAC', deps.passKey, bytesFromHex(mac), signed))) {
    return refused('This device pass was not made here. Make a contact to get one.')
  }
  if (Number(untilMs) < deps.now()) return refused('The device pass has run out. Make a contact.')
  return ok({ tenant: tenant as TenantId, device: device as DeviceId, untilMs: Number(untilMs) })
}

function refused(message: string) {
  return fail({ kind: 'pass_refused', message })
}

function signedText({ incarnation }: PassDeps, payload: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${payload}.${incarnation}`)
}
