/** A tablet as people tell it apart: its number at the event, and what was written on it. */
export function deviceName(no: number, label: string): string {
  return `${no}. ${label || 'Tablet'}`
}
