import { delayMsMax, type Message, messageBytesMax } from '@eventpass/api'

/** Refused at the source: a queue that cannot carry a message must not half-carry it. */
export function assertPublishable({ id, body }: Message, delayMs: number): void {
  const bytes = Buffer.byteLength(body)
  if (bytes > messageBytesMax) {
    throw new Error(
      `Message ${id} has ${bytes} bytes; at most ${messageBytesMax} go into one. Split it.`,
    )
  }
  if (!Number.isSafeInteger(delayMs) || delayMs < 0 || delayMs > delayMsMax) {
    throw new Error(`Message ${id} is to wait ${delayMs} ms; whole ms up to ${delayMsMax} can be.`)
  }
}
