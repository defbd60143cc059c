const charactersMax = 300

/**
 * What went wrong, in one line for a log or a parked message: the innermost cause, since what wraps
 * it (a failed query with its parameters) may hold personal data.
 */
export function describeCause(error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause
  const text = inner instanceof Error ? `${inner.name}: ${inner.message}` : String(inner)
  return text.replace(/\s+/g, ' ').slice(0, charactersMax)
}
