import { fail, ok, type Result } from '@eventpass/domain'
import { type Device, type OpenManifest, saveFacts } from '../gate/device.ts'
import type { GateDeps } from '../gate/gate-deps.ts'
import { guardManifest, NameUsedError } from '../gate/manifest-fault.ts'
import type { NodePass } from '../gate/node-pass.ts'
import type { ManifestStore, SnapshotDownload } from '../gate/stores.ts'
import { openSigned } from '../sign/signature.ts'
import type { Signed } from '../wire/primitives.ts'
import { SnapshotMeta, SnapshotOutput } from '../wire/pull.ts'
import { PROTOCOL_VERSION } from '../wire/version.ts'
import { callUpstream, type SyncFailure } from './call-upstream.ts'
import { fetchBytes, type OnLoading } from './fetch-bytes.ts'
import { callMsMax, snapshotBytesMax, snapshotTriesMax } from './limits.ts'
import { renameByList } from './rename-people.ts'

/** Where a snapshot's bytes go, and what they must be. */
interface Download {
  readonly name: string
  readonly meta: SnapshotMeta
}

/**
 * Loads the manifest whole (SY4): the bytes go to a file of their own as they come, so that a broken
 * line or a killed process goes on where it stood; what they hold decides nothing
 * before their hash is the one that central signed.
 */
export async function loadSnapshot(
  deps: GateDeps,
  device: Device,
  pass: NodePass,
  stop: AbortSignal,
  onLoading: OnLoading,
): Promise<Result<void, SyncFailure>> {
  for (let tries = 0; tries < snapshotTriesMax; tries += 1) {
    const download = await findDownload(deps, device, pass, stop)
    if (!download.ok) return download
    const { name } = download.value
    const finished = await deps.snapshots.open(name)
    const store = finished ? ok(finished) : await fill(deps, pass, stop, download.value, onLoading)
    if (store.ok && store.value && (await isMeant(store.value, download.value))) {
      const { rows } = download.value.meta
      await adopt(deps, device, { name, store: guardManifest(name, store.value) }, rows)
      return ok(undefined)
    }
    const gone = !store.ok && store.failure.kind === 'refused' && store.failure.code === 'gone'
    if (!store.ok && !gone) return store
    // Not what was signed, or no longer served: from the start, under what is current now.
    if (store.ok && store.value) await store.value.close()
    await forget(deps, device, name)
  }
  return fail({
    kind: 'damaged',
    message: 'The list arrived damaged several times. Scanning waits for a whole one.',
  })
}

/** The download that is under way, else a new one of what is current now. */
async function findDownload(
  deps: GateDeps,
  device: Device,
  { upstream, pass }: NodePass,
  stop: AbortSignal,
): Promise<Result<Download, SyncFailure>> {
  const kept = device.facts.download
  if (kept) {
    // A list of a life that central lost may hold rows that it has no more, at a revision yet to come.
    const isOfThisLife = kept.life === device.facts.incarnation
    const meta = await openMeta(deps, device, kept.meta)
    if (meta.ok && isOfThisLife) return ok({ name: kept.name, meta: meta.value })
    await forget(deps, device, kept.name)
  }
  const input = { protocol: PROTOCOL_VERSION, device: device.grant.device }
  const output = await callUpstream(deps, stop, callMsMax, SnapshotOutput, (signal) =>
    upstream.snapshot(pass, input, signal),
  )
  if (!output.ok) return output
  if (output.value.state === 'building') {
    return fail({ kind: 'busy', retryMs: output.value.retryMs })
  }
  const meta = await openMeta(deps, device, output.value.meta)
  if (!meta.ok) return meta
  // A name is used once in the life of a tablet: importing over another file's pages leaves stale ones.
  const loads = (device.facts.loads ?? 0) + 1
  const name = `manifest-${meta.value.revision}-${device.name}-${loads}`
  // Durable before the first byte, so that a killed process knows what its bytes are.
  const life = device.facts.incarnation
  await saveFacts(device, { loads, download: { name, meta: output.value.meta, life } })
  return ok({ name, meta: meta.value })
}

async function openMeta(
  { subtle }: GateDeps,
  { centralKey, grant }: Device,
  signed: Signed,
): Promise<Result<SnapshotMeta, SyncFailure>> {
  const opened = await openSigned(subtle, centralKey, signed, SnapshotMeta)
  if (!opened.ok) return untrusted('A list is not signed by central.')
  if (opened.value.event !== grant.event) return untrusted('A list is of another event.')
  if (opened.value.gzipBytes > snapshotBytesMax) return untrusted('A list is larger than allowed.')
  return opened
}

/** Fetches what is missing, then unpacks it; null where the bytes are not the signed ones. */
async function fill(
  deps: GateDeps,
  pass: NodePass,
  stop: AbortSignal,
  { name, meta }: Download,
  onLoading: OnLoading,
): Promise<Result<ManifestStore | null, SyncFailure>> {
  // A damaged file of that name cannot be imported over: it is as good as wrong bytes. Anything else, such
  // as a full disk, is this tablet's fault and says nothing against them.
  const file = await deps.snapshots.begin(name, meta.gzipBytes).catch((fault: unknown) => {
    if (fault instanceof NameUsedError) return null
    throw fault
  })
  if (!file) return ok(null)
  const fetched = await fetchBytes(deps, pass, stop, file, meta, onLoading)
  if (!fetched.ok) {
    await file.pause()
    return fetched
  }
  return ok(await unpack(file, meta))
}

async function unpack(file: SnapshotDownload, meta: SnapshotMeta): Promise<ManifestStore | null> {
  if ((await file.sha256()) === meta.gzipSha256) return file.finish(meta.bytes)
  await file.pause()
  return null
}

async function isMeant(store: ManifestStore, { meta }: Download): Promise<boolean> {
  const { event, revision } = await store.info()
  return event === meta.event && revision === meta.revision
}

/** Makes a manifest current by one transaction of the ledger, then lets go of the old file. */
async function adopt(
  deps: GateDeps,
  device: Device,
  next: OpenManifest,
  tickets: number,
): Promise<void> {
  const { revision } = await next.store.info()
  const mark = await next.store.scansMark()
  const manifest = { name: next.name, revision, tickets }
  const facts = { manifest, download: null, reload: null }
  const before = device.manifest
  const lookedAt = await renameByList(device, next.store, 0)
  // No scan is open while the files change places.
  await device.serial.run(async () => {
    await renameByList(device, next.store, lookedAt)
    await device.ledger.adoptManifest({ facts, ...mark })
    device.facts = { ...device.facts, ...facts }
    device.manifest = next
    if (before) await before.store.close()
  })
  if (before) await deps.snapshots.remove(before.name)
}

async function forget(deps: GateDeps, device: Device, name: string): Promise<void> {
  await deps.snapshots.remove(name)
  await saveFacts(device, { download: null })
}

function untrusted(message: string) {
  return fail({ kind: 'untrusted', message } as const)
}
