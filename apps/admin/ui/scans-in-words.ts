/** A count of scans with its noun: "1 scan", "38 scans". */
export function scansInWords(count: number): string {
  return count === 1 ? '1 scan' : `${count} scans`
}
