import { TextDecoder } from 'node:util'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { SheetStopped } from '../sheet-stopped.ts'
import { damaged } from './open-workbook.ts'

export interface XmlHandlers {
  /** Names come without their namespace prefix. */
  readonly onOpen: (name: string, attributes: Readonly<Record<string, string>>) => void
  readonly onClose?: (name: string) => void
  readonly onText?: (text: string) => void
}

/**
 * Feeds XML piece by piece to handlers, and yields after each piece, so that a reader can pass on
 * what the handlers gathered. saxes expands no entities of the document's own.
 *
 * What a handler throws as SheetStopped passes through; anything else is a damaged workbook.
 */
export async function* readXml(
  chunks: AsyncIterable<Uint8Array>,
  { onOpen, onClose, onText }: XmlHandlers,
): AsyncGenerator<void> {
  const parser = new SaxesParser()
  parser.on('opentag', (tag: SaxesTagPlain) => onOpen(localName(tag.name), tag.attributes))
  if (onClose) parser.on('closetag', (tag: SaxesTagPlain) => onClose(localName(tag.name)))
  if (onText) {
    parser.on('text', onText)
    parser.on('cdata', onText)
  }
  const decoder = new TextDecoder()
  try {
    for await (const chunk of chunks) {
      parser.write(decoder.decode(chunk, { stream: true }))
      yield
    }
    parser.write(decoder.decode()).close()
    yield
  } catch (error) {
    throw error instanceof SheetStopped ? error : damaged()
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
