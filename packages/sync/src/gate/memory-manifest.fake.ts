import { assert, foldName } from '@eventpass/domain'
import type { ManifestDelta } from '../wire/pull.ts'
import { rowToTicket, ticketToRow } from '../wire/ticket-row.ts'
import type { ManifestContent } from './fixtures.fake.ts'
import { NameUsedError } from './manifest-fault.ts'
import { peopleInside } from './memory-ledger.fake.ts'
import type { ManifestStore, SnapshotDownload, SnapshotFiles, StoredUse } from './stores.ts'

/** What a folder of manifest files holds; it outlives the handles that write it. */
export interface ManifestDisk {
  readonly manifests: Map<string, ManifestContent>
  readonly downloads: Map<string, Uint8Array>
}

export function emptyManifestDisk(): ManifestDisk {
  return { manifests: new Map(), downloads: new Map() }
}

/** A snapshot in the fakes' format: the content as JSON behind a mark. It stands for the gzip. */
export function packContent(content: ManifestContent): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`memory manifest\n${JSON.stringify(content)}`)
}

function unpackContent(bytes: Uint8Array): ManifestContent | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.startsWith('memory manifest\n') ? JSON.parse(text.slice(16)) : null
  } catch {
    return null
  }
}

/** A folder of manifests in memory. */
export function createMemorySnapshotFiles(
  subtle: SubtleCrypto,
  disk: ManifestDisk = emptyManifestDisk(),
): SnapshotFiles {
  return {
    list: async () => [...new Set([...disk.manifests.keys(), ...disk.downloads.keys()])],
    begin: async (name) => {
      if (disk.manifests.has(name)) throw new NameUsedError(name)
      return createDownload(subtle, disk, name)
    },
    open: async (name) => {
      const content = disk.manifests.get(name)
      return content
        ? createMemoryManifest(content, (next) => disk.manifests.set(name, next))
        : null
    },
    remove: async (name) => {
      disk.manifests.delete(name)
      disk.downloads.delete(name)
    },
  }
}

function createDownload(subtle: SubtleCrypto, disk: ManifestDisk, name: string): SnapshotDownload {
  const kept = () => disk.downloads.get(name) ?? new Uint8Array()
  disk.downloads.set(name, kept())
  return {
    keptBytes: kept().length,
    write: async (chunk) => {
      disk.downloads.set(name, Uint8Array.of(...kept(), ...chunk))
    },
    sha256: async () => {
      const hash = await subtle.digest('SHA-256', new Uint8Array(kept()))
      return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    },
    finish: async (bytes) => {
      const content = kept().length === bytes ? unpackContent(kept()) : null
      disk.downloads.delete(name)
      if (content === null) return null
      disk.manifests.set(name, content)
      return createMemoryManifest(content, (next) => disk.manifests.set(name, next))
    },
    pause: async () => {},
  }
}

/** A manifest in memory; `keep` is called with the whole content after every delta. */
export function createMemoryManifest(
  start: ManifestContent,
  keep: (content: ManifestContent) => void = () => {},
): ManifestStore {
  let content = start
  const uses = (): readonly StoredUse[] =>
    content.scans.map(({ id, invitee, list, gate, act, forced, target, atMs, ruling }) => ({
      ...{ scan: id, invitee, list, gate, act, forced, target, atMs, ruling },
      own: false,
    }))
  const current = () => content.tickets.filter(({ state }) => state !== 'reprinted')
  return {
    info: async () => ({
      event: content.event,
      revision: content.revision,
      frame: content.frame,
    }),
    findTicket: async (digest) => content.tickets.find((row) => row.digest === digest) ?? null,
    searchTickets: async (patterns, limit) =>
      current()
        .filter(({ name }) => patterns.every((pattern) => isLike(foldName(name), pattern)))
        .slice(0, limit),
    findParty: async (party) => current().filter((row) => row.party === party),
    findUses: async (invitee) => uses().filter((use) => use.invitee === invitee),
    scansMark: async () => ({
      vector: content.vector,
      rulingsRevision: content.rulingsRevision,
    }),
    countInside: async (list) => peopleInside(uses().filter((use) => use.list === list)),
    apply: async (delta) => {
      assert(delta.from === content.revision && delta.event === content.event, 'the delta follows')
      content = applyDelta(content, delta)
      keep(content)
    },
    checksum: async () =>
      JSON.stringify([
        content.frame,
        content.tickets.map((row) => JSON.stringify(ticketToRow(row))).sort(),
      ]),
    close: async () => {},
  }
}

function applyDelta(content: ManifestContent, delta: ManifestDelta): ManifestContent {
  const changed = delta.tickets.map(rowToTicket)
  const dropped = new Set([...delta.gone, ...changed.map(({ digest }) => digest)])
  return {
    ...content,
    revision: delta.to,
    frame: (delta.frame as ManifestContent['frame'] | null) ?? content.frame,
    tickets: [...content.tickets.filter(({ digest }) => !dropped.has(digest)), ...changed],
  }
}

function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('%').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}
