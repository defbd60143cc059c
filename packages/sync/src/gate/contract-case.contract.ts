/** One sentence that every implementation of a port must make true. */
export interface ContractCase<Harness> {
  readonly title: string
  readonly run: (harness: Harness) => Promise<void>
}

/** Vitest's `test`, or whatever runs sentences where Vitest cannot go (a browser page). */
export type RunTest = (title: string, run: () => Promise<void>) => void

/** Registers every case; each gets a harness of its own. */
export function runCases<Harness>(
  runTest: RunTest,
  cases: readonly ContractCase<Harness>[],
  make: () => Promise<Harness>,
): void {
  for (const { title, run } of cases) runTest(title, async () => run(await make()))
}

/** Deep equality without a test framework, so that the cases also run inside a browser's worker. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [seen, wanted] = [canonical(actual), canonical(expected)]
  if (seen !== wanted) throw new Error(`${what}: expected ${wanted}, got ${seen}`)
}

/** Fails unless the promise rejects. */
export async function refuses(work: () => Promise<unknown>, what: string): Promise<void> {
  const refused = await work().then(
    () => false,
    () => true,
  )
  if (!refused) throw new Error(`${what}: expected it to be refused, but it was done`)
}

/** Fails on null, and says what was missing. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what}: expected a value`)
  return value
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
