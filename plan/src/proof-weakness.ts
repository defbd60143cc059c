/** Commands that succeed whatever the repository holds. */
const empty = /^\s*(?:echo|printf|true|:|exit\s+0|sleep)(?:\s|;|$)/
/** The tracker cannot vouch for itself. */
const tracker = /\beventpass(?:\.mjs)?\s+ai\b|\b(?:pnpm|npm)\s+(?:run\s+)?ai:/
/** The whole test run proves everything and therefore nothing in particular. */
const wholeRun =
  /^\s*(?:(?:npm|pnpm)\s+(?:t|test|(?:run\s+)?(?:test|test:unit))|(?:node\s+)?infra\/scripts\/test\.mjs|\.ci\/run)\s*$/
/** A failure that is swallowed. */
const swallowed = /\|\|\s*(?:true|:|exit\s+0)\b|;\s*(?:true|exit\s+0)\s*$/

/**
 * Says why a command proves nothing, or null where it may prove something.
 *
 * This catches slips, not intent: a command that fails when the feature is missing has still to
 * be chosen by whoever writes the template.
 */
export function weaknessOfProof(command: string): string | null {
  if (swallowed.test(command)) return 'expected a command whose failure is not swallowed'
  if (tracker.test(command)) return 'expected a proof other than the tracker itself'
  const parts = command.split('&&')
  if (parts.every((part) => empty.test(part))) return 'expected a command that can fail'
  if (parts.some((part) => wholeRun.test(part))) {
    return 'expected a named selection, not the whole test run'
  }
  if (parts.some((part) => /\b(?:vitest|test:unit)\b/.test(part) && !namesTests(part))) {
    return 'expected tests of a path or by -t, not the whole test run'
  }
  return null
}

/** Whether a command of Vitest names a file, a folder or a title. */
function namesTests(command: string): boolean {
  const rest = command.replace(/^.*?\b(?:vitest|test:unit)\b/, '')
  if (/\s-t[\s=]|\s--testNamePattern[\s=]/.test(rest)) return true
  const words = rest.replace(/\s--config[\s=]\S+/g, '').split(/\s+/)
  return words.some((word) => /^[\w@][\w@./-]*$/.test(word) && word !== 'run')
}
