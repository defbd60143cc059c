import { webcrypto } from 'node:crypto'
import type { Digest, ManifestFrame, ManifestTicket, TicketId } from '@eventpass/domain'
import {
  type Bytes,
  decodeToken,
  digestToken,
  eventTag,
  hexFromBytes,
  importSigningKey,
  signToken,
  wrapEventKey,
} from '@eventpass/token'
import { contentOf, eventOf, frameOf, inviteeOf, ticketOf } from '../gate/fixtures.fake.ts'
import { packContent } from '../gate/memory-manifest.fake.ts'
import { createSignKeyPair, exportPublicKey, signStatement } from '../sign/signature.ts'
import { base64urlFromBytes, bytesFromBase64url } from '../wire/base64url.ts'
import type { KeyGrant } from '../wire/pairing.ts'
import type { Signed } from '../wire/primitives.ts'
import type { HeardScan, ManifestDelta, SnapshotMeta, VectorEntry } from '../wire/pull.ts'
import { ticketToRow } from '../wire/ticket-row.ts'

const subtle = webcrypto.subtle as SubtleCrypto

/** One event as central keeps it: keys, tickets by revision, snapshots; signs with real keys. */
export interface FakeEvent {
  readonly tag: string
  readonly centralPoint: string
  readonly sign: (statement: { readonly type: string }) => Promise<Signed>
  /** Issues a code for invitee `n`; not listed where `listed` is false. */
  readonly issue: (n: number, change?: Partial<ManifestTicket>, listed?: boolean) => Promise<string>
  /** Lists or changes a ticket under the next revision. */
  readonly edit: (ticket: ManifestTicket) => void
  readonly editFrame: (change: Partial<ManifestFrame>) => void
  readonly erase: (digest: Digest) => void
  readonly frame: () => ManifestFrame
  readonly revision: () => number
  readonly findTicket: (digest: Digest) => ManifestTicket | null
  readonly tickets: () => readonly ManifestTicket[]
  readonly delta: (from: number, rowsMax: number) => Promise<Signed>
  readonly snapshot: (
    scans: readonly HeardScan[],
    vector: readonly VectorEntry[],
    rulingsRevision: number,
  ) => Promise<FakeSnapshot>
  readonly wrapKeys: (wrapKey: string) => Promise<KeyGrant[]>
  /** Retires the signing kid and signs with the next one. */
  readonly rotateKey: () => Promise<void>
}

export interface FakeSnapshot {
  readonly meta: Signed
  readonly path: string
  readonly gzip: Bytes
}

/** A made-up ticket id, and so a digest, for invitee `n`, generation `generation`. */
function ticketIdOf(n: number, generation: number): TicketId {
  return `${generation.toString(16).padStart(4, '0')}${n.toString(16).padStart(20, '0')}` as TicketId
}

export async function createFakeEvent(): Promise<FakeEvent> {
  const central = await createSignKeyPair(subtle)
  const event = eventOf(1)
  const tag = await eventTag(subtle, event)
  const sign = (statement: { readonly type: string }) =>
    signStatement(subtle, central.privateKey, { ...statement })
  const keys = await createEventKeys()
  const rows = new Map<Digest, { readonly ticket: ManifestTicket; readonly revision: number }>()
  const gone = new Map<Digest, number>()
  let frame = frameOf()
  let revision = 1
  let frameRevision = 1
  let issued = 0

  const edit = (ticket: ManifestTicket) => {
    revision += 1
    rows.set(ticket.digest, { ticket, revision })
    gone.delete(ticket.digest)
  }
  return {
    tag,
    sign,
    edit,
    centralPoint: await exportPublicKey(subtle, central.publicKey),
    async issue(n, change = {}, listed = true) {
      issued += 1
      const claims = { kid: keys.signing(), eventTag: tag, ticketId: ticketIdOf(n, issued) }
      const text = await signToken(subtle, keys.signingKey(), claims)
      if (listed) {
        edit(ticketOf(n, { invitee: inviteeOf(n), ...change, digest: await digestOfCode(text) }))
      }
      return text
    },
    editFrame(change) {
      revision += 1
      frameRevision = revision
      frame = { ...frame, ...change }
    },
    erase(digest) {
      revision += 1
      rows.delete(digest)
      gone.set(digest, revision)
    },
    frame: () => frame,
    revision: () => revision,
    findTicket: (digest) => rows.get(digest)?.ticket ?? null,
    tickets: () => [...rows.values()].map(({ ticket }) => ticket),
    delta(from, rowsMax) {
      const changed = [...rows.values()].filter((row) => row.revision > from)
      const page = changed.sort((a, b) => a.revision - b.revision).slice(0, rowsMax)
      const more = page.length < changed.length
      const delta: ManifestDelta = {
        type: 'delta',
        event,
        from,
        to: more ? (page.at(-1)?.revision ?? from) : revision,
        more,
        frame: frameRevision > from ? frame : null,
        tickets: page.map(({ ticket }) => ticketToRow(ticket)),
        gone: [...gone].flatMap(([digest, at]) => (at > from ? [digest] : [])),
      }
      return sign(delta)
    },
    async snapshot(scans, vector, rulingsRevision) {
      const tickets = [...rows.values()].map(({ ticket }) => ticket)
      const content = { event, revision, frame, tickets, scans, vector, rulingsRevision }
      const gzip = packContent(contentOf(content))
      const hash = hexFromBytes(new Uint8Array(await subtle.digest('SHA-256', gzip)))
      const path = `/snapshots/${revision}-${hash.slice(0, 8)}`
      const meta: SnapshotMeta = {
        ...{ type: 'snapshot', event, format: 1, revision, rows: tickets.length, path },
        ...{ bytes: gzip.length, sha256: hash, gzipBytes: gzip.length, gzipSha256: hash },
      }
      return { meta: await sign(meta), path, gzip }
    },
    wrapKeys: keys.wrap,
    rotateKey: keys.rotate,
  }
}

/** The digest of a code's text. */
async function digestOfCode(text: string): Promise<Digest> {
  const decoded = decodeToken(text)
  if (!decoded.ok) throw new Error('The fake issued no token.')
  return digestToken(subtle, decoded.value.bytes)
}

async function createEventKeys() {
  const raw: Bytes[] = [webcrypto.getRandomValues(new Uint8Array(32))]
  let signingKey = await importSigningKey(subtle, raw[0] ?? new Uint8Array(32))
  return {
    signing: () => raw.length,
    signingKey: () => signingKey,
    async rotate() {
      const next = webcrypto.getRandomValues(new Uint8Array(32))
      raw.push(next)
      signingKey = await importSigningKey(subtle, next)
    },
    /** Kids count from 1; all but the last are retired. */
    async wrap(wrapKey: string): Promise<KeyGrant[]> {
      const grants: KeyGrant[] = []
      for (const [at, key] of raw.entries()) {
        const retired = at < raw.length - 1
        const sealed = await wrapEventKey(
          subtle,
          key,
          bytesFromBase64url(wrapKey) ?? new Uint8Array(),
        )
        grants.push({
          kid: at + 1,
          retired,
          wrapped: retired ? null : base64urlFromBytes(sealed.wrapped),
          ephemeralKey: retired ? null : base64urlFromBytes(sealed.ephemeralKey),
        })
      }
      return grants
    },
  }
}
