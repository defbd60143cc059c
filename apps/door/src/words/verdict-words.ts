import type { Tier } from '@eventpass/domain'
import type { ShownVerdict } from '@eventpass/sync'
import { ageInWords } from './ages.ts'
import { type DeskWords, deskWords } from './desk-words.ts'
import { agoInWords, type WordsContext, wordsOfReason } from './reason-words.ts'

/** How a verdict looks, sounds and feels; `notice` is "just admitted here". */
export type Tone = 'admit' | 'refuse' | 'attention' | 'notice'

/** What the screen says: what to do or know, whose it is, why, and who decided. */
export interface VerdictWords {
  readonly tone: Tone
  readonly word: string
  readonly name: string | null
  readonly line: string
  readonly foot: string
}

/** Says a verdict in words for staff (DR6): never a code, and no longer than a glance. */
export function verdictInWords(shown: ShownVerdict, context: WordsContext): VerdictWords {
  const { verdict } = shown
  const foot = footOf(verdict.tier, verdict.replicaAgeMs)
  const whose = shown.name
  switch (verdict.kind) {
    case 'admit':
      return { tone: 'admit', ...admitWords(shown, context), foot }
    case 'just_admitted':
      return { tone: 'notice', word: 'Just now', name: whose, line: justNow(shown, context), foot }
    case 'refuse':
    case 'attention': {
      const said = wordsOfReason(verdict.reason ?? 'rules', shown, context)
      return {
        tone: verdict.kind,
        word: said.word,
        name: whose ?? said.title,
        line: said.line,
        foot,
      }
    }
  }
}

/** One sentence for a screen reader, worst news first. */
export function verdictAloud(words: VerdictWords): string {
  const tone = { admit: '', refuse: 'Refused. ', attention: 'Attention. ', notice: '' }[words.tone]
  return `${tone}${[words.word, words.name, words.line].filter((part) => part).join('. ')}`
}

function admitWords(shown: ShownVerdict, { act, gives, listName }: WordsContext) {
  const words = deskWords(gives)
  const others = shown.party.filter((one) => !one.inside).length
  const line = [
    gives === 'gift' ? listName : null,
    shown.verdict.forced ? words.forced : null,
    shown.verdict.reason === 'by_name' ? 'found by name' : null,
    shown.category,
    shown.verdict.notice,
    shown.party.length > 0 && act === 'entry'
      ? partyInWords(words, shown.party.length, others)
      : null,
  ]
  return {
    word: act === 'entry' ? words.admit : 'Goodbye',
    name: shown.name ?? 'Genuine ticket',
    line: line.filter((part) => part !== null && part !== '').join(' · '),
  }
}

function partyInWords(words: DeskWords, others: number, open: number): string {
  const party = `party of ${others + 1}`
  return open === 0 ? `${party}, ${words.partyDone}` : `${party}, ${open} ${words.partyOpen}`
}

function justNow(shown: ShownVerdict, context: WordsContext): string {
  const at = shown.verdict.earlier?.atMs
  const doing = context.act === 'entry' ? deskWords(context.gives).justNow : 'Went out at this gate'
  return at === undefined
    ? `${doing} a moment ago. Nothing more was recorded.`
    : `${doing} ${agoInWords(at, shown)}. Nothing more was recorded.`
}

function footOf(tier: Tier, replicaAgeMs: number | null): string {
  const decided = {
    hub: 'checked by hub',
    central: 'checked online',
    replica: 'checked by this tablet',
    signature: 'checked by signature only',
  }[tier]
  return replicaAgeMs === null || tier === 'hub' || tier === 'central'
    ? decided
    : `${decided} · list ${ageInWords(replicaAgeMs)} old`
}
