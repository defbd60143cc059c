import { createHash, createHmac } from 'node:crypto'
import type { Random } from './random.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** A key of the stand-in. Plain data, so that a copied disk holds a copied key. */
interface SimKey {
  readonly kind: 'secret' | 'public' | 'private'
  /** Secret: the key. Public and private: the point, 65 bytes. */
  readonly bytes: Bytes
  /** Private alone: what signs. */
  readonly secret: Bytes | null
}

/**
 * Stands in for WebCrypto behind the same interface: answers at once, so that a run is the same
 * every time, and costs a hundredth.
 *
 * Digests, HMAC and HKDF are real. A P-256 key is a random secret with a point made of it, and only
 * this object can tell which secret a point belongs to: whoever lacks the secret cannot sign, as
 * with real keys. Anything that the packages do not use throws.
 */
export function createSimCrypto(random: Random): SubtleCrypto {
  const secretsByPoint = new Map<string, Bytes>()

  const makePair = () => {
    const secret = random.bytes(32)
    const point = joined(
      Uint8Array.of(4),
      hash(textBytes('x'), secret),
      hash(textBytes('y'), secret),
    )
    secretsByPoint.set(hex(point), secret)
    return {
      publicKey: { kind: 'public', bytes: point, secret: null },
      privateKey: { kind: 'private', bytes: point, secret },
    } as const
  }
  const signatureBy = (secret: Uint8Array, data: Uint8Array) =>
    joined(hash(textBytes('r'), secret, data), hash(textBytes('s'), secret, data))

  const subtle = {
    digest: async (_: unknown, data: BufferSource) => buffer(hash(view(data))),
    async generateKey(algorithm: { readonly name: string }) {
      if (algorithm.name !== 'ECDSA' && algorithm.name !== 'ECDH') throw notModelled('generateKey')
      return makePair()
    },
    async exportKey(format: string, key: SimKey) {
      if (format !== 'raw' || key.kind !== 'public') throw notModelled('exportKey')
      return buffer(key.bytes)
    },
    async importKey(_: string, data: BufferSource, algorithm: unknown): Promise<SimKey> {
      const bytes = Uint8Array.from(view(data))
      if (nameOf(algorithm) === 'ECDSA' || nameOf(algorithm) === 'ECDH') {
        if (bytes.length !== 65 || bytes[0] !== 4) throw new Error('DataError: no point')
        return { kind: 'public', bytes, secret: null }
      }
      return { kind: 'secret', bytes, secret: null }
    },
    async sign(algorithm: unknown, key: SimKey, data: BufferSource) {
      if (nameOf(algorithm) === 'HMAC') return buffer(hmac(key.bytes, view(data)))
      if (!key.secret) throw new Error('InvalidAccessError: this key does not sign')
      return buffer(signatureBy(key.secret, view(data)))
    },
    async verify(algorithm: unknown, key: SimKey, signature: BufferSource, data: BufferSource) {
      const given = hex(view(signature))
      if (nameOf(algorithm) === 'HMAC') return hex(hmac(key.bytes, view(data))) === given
      const secret = secretsByPoint.get(hex(key.bytes))
      return secret !== undefined && hex(signatureBy(secret, view(data))) === given
    },
    async deriveBits(algorithm: { readonly info: BufferSource }, key: SimKey) {
      // HKDF-SHA-256 with an empty salt and one block of output (RFC 5869).
      const extracted = hmac(new Uint8Array(32), key.bytes)
      return buffer(hmac(extracted, joined(view(algorithm.info), Uint8Array.of(1))))
    },
    async deriveKey({ public: other }: { readonly public: SimKey }, own: SimKey): Promise<SimKey> {
      const [low, high] = [hex(own.bytes), hex(other.bytes)].sort()
      return { kind: 'secret', bytes: hash(textBytes(`${low}${high}`)), secret: null }
    },
    async wrapKey(_: string, key: SimKey, wrapper: SimKey) {
      return buffer(joined(mask(key.bytes, wrapper), check(key.bytes, wrapper)))
    },
    async unwrapKey(_: string, data: BufferSource, wrapper: SimKey): Promise<SimKey> {
      const wrapped = view(data)
      const bytes = mask(wrapped.subarray(0, 32), wrapper)
      if (hex(check(bytes, wrapper)) !== hex(wrapped.subarray(32)))
        throw new Error('OperationError')
      return { kind: 'secret', bytes, secret: null }
    },
  }
  return subtle as unknown as SubtleCrypto
}

function mask(bytes: Uint8Array, wrapper: SimKey): Bytes {
  const stream = hash(textBytes('mask'), wrapper.bytes)
  return Uint8Array.from(bytes, (byte, at) => byte ^ (stream[at % stream.length] ?? 0))
}

function check(bytes: Uint8Array, wrapper: SimKey): Bytes {
  return hash(textBytes('check'), wrapper.bytes, bytes).subarray(0, 8)
}

function hash(...parts: readonly Uint8Array[]): Bytes {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return new Uint8Array(sum.digest())
}

function hmac(key: Uint8Array, data: Uint8Array): Bytes {
  return new Uint8Array(createHmac('sha256', key).update(data).digest())
}

function view(data: BufferSource): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer
}

function joined(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts))
}

function textBytes(text: string): Uint8Array {
  return Buffer.from(text)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

function nameOf(algorithm: unknown): string {
  if (typeof algorithm === 'string') return algorithm
  return String((algorithm as { readonly name: unknown }).name)
}

function notModelled(name: string): Error {
  return new Error(`The stand-in for WebCrypto does not do this ${name}.`)
}
