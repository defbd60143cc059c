import { fail, ok, type Result } from '@eventpass/domain'
import type { GateDeps } from '../gate/gate-deps.ts'
import type { NodePass } from '../gate/node-pass.ts'
import type { SnapshotDownload } from '../gate/stores.ts'
import type { RangeAnswer } from '../gate/upstream.ts'
import type { SnapshotMeta } from '../wire/pull.ts'
import { type SyncFailure, withDeadline } from './call-upstream.ts'
import { callMsMax, chunkMsMax } from './limits.ts'

/** How far a load is, in bytes as served. */
export type OnLoading = (loading: {
  readonly doneBytes: number
  readonly totalBytes: number
}) => void

/**
 * Fetches what a download still misses, by Range from its last kept byte (SY4).
 *
 * Ends with `unreachable` where the line breaks; what had arrived by then is kept. More
 * bytes than announced are cut off: their hash will tell.
 */
export async function fetchBytes(
  deps: GateDeps,
  { upstream, pass }: NodePass,
  stop: AbortSignal,
  file: SnapshotDownload,
  { path, gzipBytes }: SnapshotMeta,
  onLoading: OnLoading,
): Promise<Result<void, SyncFailure>> {
  let doneBytes = Math.min(file.keptBytes, gzipBytes)
  onLoading({ doneBytes, totalBytes: gzipBytes })
  if (doneBytes === gzipBytes) return ok(undefined)

  const line = new AbortController()
  const hangUp = () => line.abort()
  stop.addEventListener('abort', hangUp)
  try {
    const range = await withDeadline(deps, stop, callMsMax, () =>
      upstream.fetchRange(pass, path, doneBytes, line.signal),
    )
    if (!range.ok) return range
    // Bytes before the first missing one are skipped: the node ignored the Range.
    let skip = doneBytes - range.value.from
    if (skip < 0) return fail({ kind: 'unreadable' })
    for await (const chunk of chunksInTime(deps, stop, range.value)) {
      const fresh = chunk.subarray(Math.min(skip, chunk.length))
      skip -= chunk.length - fresh.length
      const wanted = fresh.subarray(0, gzipBytes - doneBytes)
      if (wanted.length > 0) await file.write(wanted)
      doneBytes += wanted.length
      onLoading({ doneBytes, totalBytes: gzipBytes })
      if (doneBytes === gzipBytes) return ok(undefined)
    }
  } finally {
    stop.removeEventListener('abort', hangUp)
    hangUp()
  }
  return fail({ kind: 'unreachable' })
}

/** The chunks up to the first that breaks or does not come in time. */
async function* chunksInTime(
  deps: GateDeps,
  stop: AbortSignal,
  { chunks }: RangeAnswer,
): AsyncGenerator<Uint8Array, void> {
  const iterator = chunks[Symbol.asyncIterator]()
  for (;;) {
    const next = await withDeadline(deps, stop, chunkMsMax, async () => ok(await iterator.next()))
    if (!next.ok || next.value.done) return
    yield next.value.value
  }
}
