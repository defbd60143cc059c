/** Says one sentence to the person. On stderr: stdout carries the KEY=VALUE lines for the caller. */
export function tell(sentence: string): void {
  process.stderr.write(`  ${sentence}\n`)
}

/** What an unknown failure says of itself, on one line. */
export function reasonOf(fault: unknown): string {
  if (fault instanceof AggregateError) return fault.errors.map(reasonOf).join('; ')
  const text = fault instanceof Error ? fault.message || fault.name : String(fault)
  return text.split('\n')[0] ?? text
}
