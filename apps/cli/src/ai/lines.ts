import type { Paint } from './paint.ts'

/** Wide enough for every label, and a space. */
const labelCells = 9

interface Page {
  readonly paint: Paint
  readonly columns: number
}

/**
 * A label and what it says, on as many lines as the screen's width asks for; the further ones stand
 * under the first.
 */
export function labelled(
  label: string,
  text: string,
  { paint, columns }: Page,
  colour: (line: string) => string = (line) => line,
): string[] {
  return wrapped(text, columns - labelCells).map((line, at) => {
    const head = (at === 0 ? label : '').padEnd(labelCells)
    return `${paint.cyan(head)}${colour(line)}`
  })
}

/**
 * Breaks a text between words; a word that is longer than the line is cut off. The command after an
 * arrow stays whole, so that it can be taken over by one click.
 */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  const arrow = text.indexOf('→ ')
  const words = arrow < 0 ? text : text.slice(0, arrow).trimEnd()
  const command = arrow < 0 ? [] : [text.slice(arrow)]
  for (const word of [...words.split(' ').filter((one) => one !== ''), ...command]) {
    const last = lines.at(-1)
    const longer = `${last} ${word}`
    if (last !== undefined && longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(clipped(word, width))
  }
  return lines
}

/** A text in exactly this width. */
export const fitted = (text: string, width: number): string => clipped(text, width).padEnd(width)

const clipped = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`
