import type { Story } from './run-history.ts'

const violationsShown = 20

/** A run in words, for a person. */
export function tellStory(story: Story): string {
  const { answered, loadMs, heard, unknownOps, faults, latencyMs, violations } = story
  const counts = (of: ReadonlyMap<string, number>) =>
    [...of].map(([name, count]) => `${count} × ${name}`).join(', ')
  const perSecond = Math.round((answered * 1_000) / loadMs)
  return [
    `${answered} questions answered in ${Math.round(loadMs / 1_000)} s (${perSecond} a second; median ${latencyMs.median} ms, p99 ${latencyMs.p99} ms).`,
    `Heard: ${counts(heard)}.`,
    `${unknownOps} ops once got no answer; each was asked again.`,
    `What happened: ${counts(faults)}.`,
    violations.length === 0
      ? 'Nothing that must not be was found.'
      : `${violations.length} violations:`,
    ...violations.slice(0, violationsShown).map(({ rule, ops }) => `  ${rule}: ${ops.join(', ')}`),
  ].join('\n')
}
