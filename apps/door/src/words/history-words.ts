import type { Reason } from '@eventpass/domain'
import type { GateStatus, HistoryRow } from '@eventpass/sync'
import { type DeskWords, deskWords } from './desk-words.ts'

const short: Readonly<Record<Exclude<Reason, 'used'>, string>> = {
  unreadable: 'no ticket',
  other_event: 'another event',
  not_ours: 'no ticket of ours',
  sync_needed: 'newer kind of ticket',
  retired_key: 'withdrawn code',
  bad_signature: 'not genuine',
  unlisted: 'genuine, not on the list',
  by_name: 'found by name',
  revoked: 'withdrawn',
  reprinted: 'reprinted, old code',
  blocked: 'blocked',
  cancelled: 'cancelled',
  unpaid: 'not paid',
  wrong_list: 'other entrance',
  outside_window: 'outside its time',
  clock_unsure: 'clock unsure',
  rules: 'rules of the list',
  question: 'question asked',
  old_list: 'list too old',
  wiped: 'no list on this tablet',
  not_undoable: 'could not be undone',
}

/** What a scan came to, for one line of the history. */
export function reasonInShort(row: HistoryRow, gives: GateStatus['gives']): string {
  const words = deskWords(gives)
  if (row.act === 'void') return row.verdict === 'admit' ? 'undid an earlier scan' : 'undo refused'
  if (row.verdict !== 'admit') return refusedInShort(row, words)
  const doing = row.act === 'entry' ? words.did : 'went out'
  const forced = row.forced ? `${doing}, by a supervisor` : doing
  return row.voided ? `${forced}, undone` : forced
}

function refusedInShort({ reason }: HistoryRow, words: DeskWords): string {
  if (reason === null) return 'refused'
  return reason === 'used' ? words.didBefore : short[reason]
}
