import type { Reason } from '@eventpass/domain'
import type { GateStatus, ShownVerdict } from '@eventpass/sync'
import { ageInWords } from './ages.ts'
import { deskWords } from './desk-words.ts'

export interface WordsContext {
  readonly act: 'entry' | 'exit'
  readonly role: GateStatus['role']
  readonly listName: string | null
  readonly gives: GateStatus['gives']
  /** A moment as a time of day in the tablet's zone. */
  readonly timeOf: (ms: number) => string
}

interface ReasonWords {
  readonly word: string
  /** Stands where the name would, when no name is known. */
  readonly title: string
  readonly line: string
}

/** The gate's own explanation, where it has one, says more than the reason alone (DC4). */
export function wordsOfReason(
  reason: Reason,
  shown: ShownVerdict,
  context: WordsContext,
): ReasonWords {
  const said = reasonWords[reason](shown, context)
  return { ...said, line: shown.verdict.explanation ?? said.line }
}

const reasonWords: Readonly<
  Record<Reason, (shown: ShownVerdict, context: WordsContext) => ReasonWords>
> = {
  unreadable: () => ({
    word: 'No ticket',
    title: 'Not one of our codes',
    line: 'Ask for the ticket, or search the name.',
  }),
  other_event: () => ({
    word: 'Not today',
    title: 'Ticket for another event',
    line: 'Ask for the ticket of this event.',
  }),
  not_ours: () => ({
    word: 'No ticket',
    title: 'Not one of our tickets',
    line: 'Ask for the ticket, or search the name.',
  }),
  sync_needed: () => ({
    word: 'Not yet',
    title: 'Not known here yet',
    line: 'Bring this tablet online for a moment, then scan again.',
  }),
  retired_key: () => ({
    word: 'Old code',
    title: 'This code was withdrawn',
    line: 'Ask for their newest ticket, or search the name.',
  }),
  bad_signature: (_, { gives }) => ({
    word: 'Not real',
    title: 'This code is not genuine',
    line: deskWords(gives).stopForger,
  }),
  unlisted: (shown, context) =>
    shown.verdict.kind === 'attention'
      ? {
          word: leadWord(shown, context),
          title: 'Genuine, not on this list yet',
          line: `The list is ${listAge(shown)}. ${whoMayAdmit(shown, context)}`,
        }
      : {
          word: 'Not listed',
          title: 'Genuine, not on this list',
          line: `The list is ${listAge(shown)}. Send them to the help desk.`,
        },
  by_name: (shown, context) =>
    shown.verdict.kind === 'attention'
      ? {
          word: leadWord(shown, context),
          title: 'Found by name',
          line: `No code was seen. ${whoMayAdmit(shown, context)}`,
        }
      : {
          word: 'Ask code',
          title: 'Found by name',
          line: deskWords(context.gives).byNameNever,
        },
  revoked: (shown, context) => ({
    word: 'Withdrawn',
    title: 'This ticket was withdrawn',
    line: since('Withdrawn', shown, context),
  }),
  reprinted: (shown, context) => {
    const at = momentOf(shown, context)
    const when =
      at === null ? 'A newer ticket was printed.' : `A newer ticket was printed at ${at}.`
    return {
      word: 'Old code',
      title: 'A newer ticket was printed',
      line: `${when} Ask for that one.`,
    }
  },
  blocked: ({ verdict }) => ({
    word: 'Blocked',
    title: 'This guest is blocked',
    line: verdict.notice ?? 'Do not let them through. Call a supervisor.',
  }),
  cancelled: (shown, context) => ({
    word: 'Cancelled',
    title: 'This ticket was cancelled',
    line: since('Cancelled', shown, context),
  }),
  unpaid: ({ verdict }, { gives }) => ({
    word: 'Not paid',
    title: 'This ticket is not paid',
    line:
      verdict.kind === 'attention'
        ? deskWords(gives).oncePaid
        : 'Send them to the help desk to pay.',
  }),
  wrong_list: ({ category }, { listName, gives }) => ({
    word: 'Not here',
    title: deskWords(gives).wrongTitle,
    line: `${category ?? 'This ticket'} is not for ${listName ?? 'this list'}.`,
  }),
  outside_window: (shown, context) => windowWords(shown, context),
  clock_unsure: (shown, context) => {
    const at = momentOf(shown, context)
    const change = at === null ? 'The ticket has a time limit' : `The ticket changes at ${at}`
    return {
      word: 'Check time',
      title: 'This tablet is not sure of the time',
      line: `${change}. Look at your own watch.`,
    }
  },
  rules: (_, { listName }) => ({
    word: 'Not now',
    title: `Not for ${listName ?? 'this list'} now`,
    line: 'The rules of this list say no.',
  }),
  used: (shown, context) => usedWords(shown, context),
  question: ({ verdict }) => ({
    word: 'Ask first',
    title: 'A question first',
    line: verdict.question ?? 'Ask the question of this list.',
  }),
  old_list: (shown, { gives }) => ({
    word: 'Old list',
    title: 'The list of this tablet is old',
    line: `It is ${listAge(shown)}. ${deskWords(gives).ifSure}`,
  }),
  wiped: () => ({
    word: 'Stop',
    title: 'This tablet has no list',
    line: 'Use another tablet and tell the organiser.',
  }),
  not_undoable: () => ({
    word: 'Not undone',
    title: 'That scan stands',
    line: 'Ask a supervisor.',
  }),
}

function leadWord(shown: ShownVerdict, context: WordsContext): string {
  return mayAdmit(shown, context) ? 'You decide' : 'Ask lead'
}

function mayAdmit({ confirmBy }: ShownVerdict, { role }: WordsContext): boolean {
  return role === 'supervisor' || (role === 'steward' && confirmBy === 'steward')
}

function listAge({ verdict }: ShownVerdict): string {
  return verdict.replicaAgeMs === null
    ? 'of unknown age'
    : `${ageInWords(verdict.replicaAgeMs)} old`
}

function momentOf({ verdict }: ShownVerdict, { timeOf }: WordsContext): string | null {
  return verdict.whenMs === null ? null : timeOf(verdict.whenMs)
}

function since(what: string, shown: ShownVerdict, context: WordsContext): string {
  const at = momentOf(shown, context)
  return at === null
    ? 'Send them to the help desk.'
    : `${what} at ${at}. Send them to the help desk.`
}

function windowWords(shown: ShownVerdict, context: WordsContext): ReasonWords {
  const { whenMs } = shown.verdict
  const words = deskWords(context.gives)
  const at = momentOf(shown, context)
  if (whenMs === null || at === null) {
    return { word: 'Not now', title: 'Outside its time', line: 'This ticket is for another time.' }
  }
  return whenMs > shown.atMs
    ? { word: 'Too early', title: 'Too early', line: `${words.from} ${at}.` }
    : { word: 'Too late', title: 'Too late', line: `${words.until} ${at}.` }
}

function usedWords(shown: ShownVerdict, context: WordsContext): ReasonWords {
  const { earlier } = shown.verdict
  const words = deskWords(context.gives)
  const word = context.act === 'entry' ? words.used : 'Already out'
  const title = words.usedTitle
  if (earlier === null) return { word, title, line: 'Scanned before.' }
  const gate = shown.earlierGateName ?? 'Another gate'
  const line = `${gate}, ${context.timeOf(earlier.atMs)} · ${agoInWords(earlier.atMs, shown)}`
  return { word, title, line }
}

/** How long before this verdict something was, both by central's time: no clock of the tablet counts. */
export function agoInWords(earlierMs: number, { atMs }: ShownVerdict): string {
  return atMs - earlierMs < 1_000 ? 'just now' : `${ageInWords(atMs - earlierMs)} ago`
}

function whoMayAdmit(shown: ShownVerdict, context: WordsContext): string {
  const words = deskWords(context.gives)
  return mayAdmit(shown, context) ? words.youMay : words.supervisorMay
}
