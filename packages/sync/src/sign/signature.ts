import { fail, ok, type Result } from '@eventpass/domain'
import type { Bytes } from '@eventpass/token'
import type { z } from 'zod'
import { base64urlFromBytes, bytesFromBase64url } from '../wire/base64url.ts'
import type { ContactInput } from '../wire/contact.ts'
import type { PairStartInput } from '../wire/pairing.ts'
import type { Signed } from '../wire/primitives.ts'

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' } as const

/** The first bytes of everything that is signed, so that no signature serves for two purposes. */
type Purpose = 'pair' | 'contact' | 'push' | 'signed'

/** A key pair whose private half can neither be exported nor used for anything but signing. */
export function createSignKeyPair(subtle: SubtleCrypto): Promise<CryptoKeyPair> {
  return subtle.generateKey(curve, false, ['sign', 'verify'])
}

/** The raw uncompressed point (65 bytes) of a public key, base64url. */
export async function exportPublicKey(subtle: SubtleCrypto, key: CryptoKey): Promise<string> {
  return base64urlFromBytes(new Uint8Array(await subtle.exportKey('raw', key)))
}

/** A verifying key from its raw point; null where it is no point of the curve. */
export async function importVerifyingKey(
  subtle: SubtleCrypto,
  point: string,
): Promise<CryptoKey | null> {
  const bytes = bytesFromBase64url(point)
  if (bytes === null) return null
  try {
    return await subtle.importKey('raw', bytes, curve, true, ['verify'])
  } catch {
    return null
  }
}

type PairClaim = Pick<PairStartInput, 'code' | 'signKey' | 'wrapKey'>

/** Proves that the device holds the signing key that it pairs with (DV1). */
export function signPairing(subtle: SubtleCrypto, key: CryptoKey, claim: PairClaim) {
  return sign(subtle, key, 'pair', pairText(claim))
}

/** Checks a pairing's proof by the very key that it carries. */
export async function verifyPairing(
  subtle: SubtleCrypto,
  input: PairClaim & { readonly proof: string },
): Promise<boolean> {
  const key = await importVerifyingKey(subtle, input.signKey)
  return key !== null && verify(subtle, key, 'pair', pairText(input), input.proof)
}

type ContactClaim = Omit<ContactInput, 'signature'>

/** Signs the reply to a challenge: the device's head and clocks (TM). */
export function signContact(subtle: SubtleCrypto, key: CryptoKey, claim: ContactClaim) {
  return sign(subtle, key, 'contact', contactText(claim))
}

export function verifyContact(
  subtle: SubtleCrypto,
  key: CryptoKey,
  input: ContactClaim & { readonly signature: string },
): Promise<boolean> {
  return verify(subtle, key, 'contact', contactText(input), input.signature)
}

/** What a push's signature covers: the head that its last link makes. */
export interface PushHead {
  readonly device: string
  readonly headSeq: number
  readonly headHash: string
}

export function signPushHead(subtle: SubtleCrypto, key: CryptoKey, head: PushHead) {
  return sign(subtle, key, 'push', pushText(head))
}

export function verifyPushHead(
  subtle: SubtleCrypto,
  key: CryptoKey,
  head: PushHead,
  signature: string,
): Promise<boolean> {
  return verify(subtle, key, 'push', pushText(head), signature)
}

/** Central's side: signs a statement as the very bytes that devices will parse. */
export async function signStatement(
  subtle: SubtleCrypto,
  key: CryptoKey,
  statement: { readonly type: string; readonly [field: string]: unknown },
): Promise<Signed> {
  const bytes = JSON.stringify(statement)
  return { bytes, signature: await sign(subtle, key, 'signed', bytes) }
}

/** Why a statement is not believed. */
export type SignedFailure =
  | { readonly kind: 'bad_signature' }
  | { readonly kind: 'unreadable'; readonly message: string }

/** Verifies a statement by central's pinned key, then parses it; never the other way round. */
export async function openSigned<Schema extends z.ZodType>(
  subtle: SubtleCrypto,
  key: CryptoKey,
  signed: Signed,
  schema: Schema,
): Promise<Result<z.output<Schema>, SignedFailure>> {
  if (!(await verify(subtle, key, 'signed', signed.bytes, signed.signature))) {
    return fail({ kind: 'bad_signature' })
  }
  try {
    const parsed = schema.safeParse(JSON.parse(signed.bytes))
    if (parsed.success) return ok(parsed.data)
    return fail({ kind: 'unreadable', message: parsed.error.message })
  } catch {
    return fail({ kind: 'unreadable', message: 'not JSON' })
  }
}

async function sign(
  subtle: SubtleCrypto,
  key: CryptoKey,
  purpose: Purpose,
  text: string,
): Promise<string> {
  return base64urlFromBytes(new Uint8Array(await subtle.sign(ecdsa, key, encode(purpose, text))))
}

async function verify(
  subtle: SubtleCrypto,
  key: CryptoKey,
  purpose: Purpose,
  text: string,
  signature: string,
): Promise<boolean> {
  const bytes = bytesFromBase64url(signature)
  return bytes !== null && subtle.verify(ecdsa, key, bytes, encode(purpose, text))
}

function encode(purpose: Purpose, text: string): Bytes {
  return new TextEncoder().encode(`eventpass/${purpose}/1${text}`)
}

function pairText({ code, signKey, wrapKey }: PairClaim): string {
  return JSON.stringify([code, signKey, wrapKey])
}

function contactText(claim: ContactClaim): string {
  const { nonce, device, headSeq, headHash, epoch, monoMs, wallMs } = claim
  return JSON.stringify([nonce, device, headSeq, headHash, epoch, monoMs, wallMs])
}

function pushText({ device, headSeq, headHash }: PushHead): string {
  return JSON.stringify([device, headSeq, headHash])
}
