import { createReadStream } from 'node:fs'
import { TextDecoder } from 'node:util'

export type TextEncoding = 'utf8' | 'utf16le' | 'utf16be' | 'win1252'

/**
 * Tells a text file's encoding: by its byte order mark, else UTF-8 where all of it is that,
 * else Windows-1252, which spreadsheets in the West write and which every byte sequence is.
 * Null where it is no text at all.
 */
export async function detectEncoding(path: string): Promise<TextEncoding | null> {
  let first = true
  let utf8 = true
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of createReadStream(path)) {
    const bytes = chunk as Buffer
    if (first) {
      first = false
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf16le'
      if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf16be'
    }
    // Texts hold no NUL; pictures, archives and old workbooks do.
    if (bytes.includes(0)) return null
    utf8 = utf8 && decodes(decoder, bytes)
  }
  return utf8 && decodes(decoder, null) ? 'utf8' : 'win1252'
}

function decodes(decoder: TextDecoder, bytes: Uint8Array | null): boolean {
  try {
    if (bytes) decoder.decode(bytes, { stream: true })
    else decoder.decode()
    return true
  } catch {
    return false
  }
}
