import type { PhaseReport, Report } from './report.ts'

/** The report as Markdown that reads well in a terminal of 80 columns too: lists, no wide table. */
export function reportMarkdown(report: Report): string {
  const { project, version, status, at, stepsDone, stepsTotal, doneByProof, doneByWord } = report
  return [
    `# ${project} ${version}: plan ${status}`,
    '',
    `${stepsDone} of ${stepsTotal} steps done, ${doneByProof} by proof and ${doneByWord} by a person's word alone.`,
    lastProof(report),
    `Written ${at}.`,
    '',
    ...report.phases.flatMap(phaseLines),
    ...section("Done on a person's word", report.confirmed.map(confirmation)),
    ...section('Proven, but an earlier phase is open', report.provenEarly),
    ...section('Waiting for a person', report.waiting),
    ...section('No longer holds', report.regressed),
    ...section(
      'Tried, and not holding yet',
      report.open.map(({ step, title, what, at: when }) => `${step} ${title}: ${what}, ${when}`),
    ),
    ...section(
      'Errors, newest first',
      report.errors.map(
        ({ step, at: when, what, lastLine }) => `${step} ${what}, ${when}: \`${lastLine}\``,
      ),
    ),
    ...section('Learned rules in force', report.learned),
    '',
  ].join('\n')
}

/** A duration as a person says it. */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`
}

function phaseLines(phase: PhaseReport): string[] {
  const { id, title, status, done, steps, startedAt, finishedAt, workedMs } = phase
  const head = `- **${id} ${title}**: ${status}, ${done} of ${steps}`
  if (startedAt === null) return [head]
  const from = day(startedAt)
  const to = day(finishedAt ?? startedAt)
  const until = to.slice(0, 10) === from.slice(0, 10) ? to.slice(11) : to
  const when = finishedAt === null ? `since ${from}` : `${from} to ${until}`
  const counts = [counted(phase.errors, 'error'), counted(phase.retries, 'retry', 'retries')]
  return [head, `  ${when}, proofs ran ${durationWords(workedMs)}, ${counts.join(', ')}`]
}

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

function lastProof({ lastProof }: Report): string {
  if (lastProof === null) return 'Nothing has been proven yet.'
  const { at, commit, dirty } = lastProof
  const where = commit === null ? 'outside a checkout' : `at commit ${commit.slice(0, 10)}`
  return `The last proof was ${at}, ${where}${dirty ? ' with uncommitted changes' : ''}.`
}

function confirmation(word: Report['confirmed'][number]): string {
  const basis = word.proven ? 'after its proof' : 'without a proof'
  return `${word.step} ${word.title}: ${word.by}, ${day(word.at)}, ${basis}${word.reason ? `: “${word.reason}”` : ''}`
}

const section = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : ['', `## ${title}`, '', ...items.map((item) => `- ${item}`)]

const day = (at: string | null): string => at?.slice(0, 16).replace('T', ' ') ?? ''
