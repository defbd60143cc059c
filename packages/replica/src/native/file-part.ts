import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Part } from '../files/disk.ts'

/** A download's bytes in a file of the machine. */
export async function openFilePart(path: string): Promise<Part> {
  const file = await open(path, 'a+', 0o600)
  let size = (await file.stat()).size
  let closed = false
  return {
    size: () => size,
    append: async (chunk) => {
      await file.appendFile(chunk)
      size += chunk.length
    },
    truncate: async () => {
      await file.truncate(0)
      size = 0
    },
    read: () => readFrom(file, 0),
    sha256: async () => {
      const hash = createHash('sha256')
      for await (const chunk of readFrom(file, 0)) hash.update(chunk)
      return hash.digest('hex')
    },
    close: async () => {
      if (closed) return
      closed = true
      await file.close()
    },
  }
}

const chunkBytes = 256 * 1_024

function readFrom(
  file: Awaited<ReturnType<typeof open>>,
  start: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = start
  return new ReadableStream({
    pull: async (controller) => {
      const { bytesRead, buffer } = await file.read(new Uint8Array(chunkBytes), 0, chunkBytes, at)
      at += bytesRead
      if (bytesRead === 0) controller.close()
      else controller.enqueue(buffer.subarray(0, bytesRead))
    },
  })
}
