import { WriteRefusedError } from '@eventpass/sync'
import { hexFromBytes } from '@eventpass/token'
import type { Part } from '../files/disk.ts'
import type { SyncAccess } from './sync-access.ts'

const chunkBytes = 256 * 1_024
/** What a power cut may take back of a download. */
const unflushedBytesMax = 1_024 * 1_024

/** A download's bytes in a plain file of the origin's private storage. */
export function createOpfsPart(file: SyncAccess): Part {
  let size = file.getSize()
  let unflushed = 0
  let closed = false
  return {
    size: () => size,
    append: async (chunk) => {
      const written = file.write(chunk, { at: size })
      if (written !== chunk.length) {
        file.truncate(size)
        throw new WriteRefusedError(`${written} of ${chunk.length} bytes were written.`)
      }
      size += written
      unflushed += written
      if (unflushed < unflushedBytesMax) return
      file.flush()
      unflushed = 0
    },
    truncate: async () => {
      file.truncate(0)
      size = 0
    },
    read: () => readFrom(file),
    sha256: async () => {
      const bytes = new Uint8Array(size)
      file.read(bytes, { at: 0 })
      return hexFromBytes(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
    },
    close: async () => {
      if (closed) return
      closed = true
      file.flush()
      file.close()
    },
  }
}

function readFrom(file: SyncAccess): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0
  return new ReadableStream({
    pull: (controller) => {
      const chunk = new Uint8Array(chunkBytes)
      const read = file.read(chunk, { at })
      at += read
      if (read === 0) controller.close()
      else controller.enqueue(chunk.subarray(0, read))
    },
  })
}
