import type { SheetFault } from '@eventpass/api'

/** Carries a fault out of parsers and streams, where only an exception gets out. */
export class SheetStopped extends Error {
  readonly fault: SheetFault

  constructor(kind: SheetFault['kind'], message: string) {
    super(message)
    this.fault = { kind, message }
  }
}

/** Columns as a spreadsheet names them: A for 0, AA for 26. */
export function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26))
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last
}
