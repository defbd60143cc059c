import type { GateStatus } from '@eventpass/sync'

/** What is said where people come in, and otherwise where something is handed to them (GF1). */
export interface DeskWords {
  readonly admit: string
  readonly used: string
  readonly usedTitle: string
  readonly justNow: string
  readonly forced: string
  readonly countInFoot: string
  readonly count: string
  readonly hasUsed: string
  readonly check: string
  readonly letIn: string
  readonly supervisorLetsIn: string
  readonly letInAnyway: string
  readonly stopForger: string
  readonly byNameNever: string
  readonly oncePaid: string
  readonly ifSure: string
  readonly youMay: string
  readonly supervisorMay: string
  readonly wrongTitle: string
  readonly from: string
  readonly until: string
  readonly did: string
  readonly didBefore: string
  readonly partyDone: string
  readonly partyOpen: string
  readonly partyChoose: string
  readonly partyOther: string
  readonly partySome: (count: string) => string
}

const entrance: DeskWords = {
  admit: 'Come in',
  used: 'Already in',
  usedTitle: 'Already used',
  justNow: 'Let in at this gate',
  forced: 'let in by a supervisor',
  countInFoot: 'Inside',
  count: 'People inside',
  hasUsed: 'inside',
  check: 'Check in',
  letIn: 'Let in',
  supervisorLetsIn: 'Supervisor lets in',
  letInAnyway: 'Supervisor: let in anyway',
  stopForger: 'Do not let them in. Call a supervisor.',
  byNameNever: 'This event lets nobody in by name alone.',
  oncePaid: 'Let them in once they have paid.',
  ifSure: 'Let them in if you are sure.',
  youMay: 'You can let them in.',
  supervisorMay: 'A supervisor can let them in.',
  wrongTitle: 'Ticket for another entrance',
  from: 'Comes in from',
  until: 'Was to come in until',
  did: 'came in',
  didBefore: 'already in',
  partyDone: 'all in',
  partyOpen: 'still outside',
  partyChoose: 'Choose who comes in',
  partyOther: 'Let the other one in too',
  partySome: (count) => `Let ${count} in`,
}

const giftDesk: DeskWords = {
  admit: 'Give gift',
  used: 'Has it',
  usedTitle: 'Handed out already',
  justNow: 'Handed out at this desk',
  forced: 'handed out by a supervisor',
  countInFoot: 'Given',
  count: 'Gifts handed out',
  hasUsed: 'has it',
  check: 'Hand out',
  letIn: 'Hand out',
  supervisorLetsIn: 'Supervisor hands out',
  letInAnyway: 'Supervisor: hand out anyway',
  stopForger: 'Hand nothing out. Call a supervisor.',
  byNameNever: 'This event hands nothing out by name alone.',
  oncePaid: 'Hand it out once they have paid.',
  ifSure: 'Hand it out if you are sure.',
  youMay: 'You can hand it out.',
  supervisorMay: 'A supervisor can hand it out.',
  wrongTitle: 'Not for this gift',
  from: 'Handed out from',
  until: 'Was handed out until',
  did: 'got the gift',
  didBefore: 'had it already',
  partyDone: 'all have it',
  partyOpen: 'still without',
  partyChoose: 'Choose who gets it',
  partyOther: 'Give the other one too',
  partySome: (count) => `Give to ${count}`,
}

/** The words of the list that a tablet stands at. */
export function deskWords(gives: GateStatus['gives']): DeskWords {
  return gives === 'gift' ? giftDesk : entrance
}
