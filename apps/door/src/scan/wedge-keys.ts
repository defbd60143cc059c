const shifted: Readonly<Record<string, readonly [plain: string, shifted: string]>> = {
  Digit1: ['1', '!'],
  Digit2: ['2', '@'],
  Digit3: ['3', '#'],
  Digit4: ['4', '$'],
  Digit5: ['5', '%'],
  Digit6: ['6', '^'],
  Digit7: ['7', '&'],
  Digit8: ['8', '*'],
  Digit9: ['9', '('],
  Digit0: ['0', ')'],
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Space: [' ', ' '],
}

const numpad: Readonly<Record<string, string>> = {
  NumpadDecimal: '.',
  NumpadDivide: '/',
  NumpadMultiply: '*',
  NumpadSubtract: '-',
  NumpadAdd: '+',
  NumpadEqual: '=',
}

/**
 * What a scanner meant by a key, by its place on the board and not by the layout of the tablet.
 *
 * Scanners leave the factory as US keyboards; a tablet set to AZERTY would make `&é"` of `123`.
 * `code` is KeyboardEvent.code (W3C UI Events code values). Null for keys that stand for no text.
 */
export function characterOf(code: string, shift: boolean): string | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter !== undefined) return shift ? letter : letter.toLowerCase()
  const digit = /^Numpad([0-9])$/.exec(code)?.[1]
  if (digit !== undefined) return digit
  const pair = shifted[code]
  if (pair !== undefined) return shift ? pair[1] : pair[0]
  return numpad[code] ?? null
}
