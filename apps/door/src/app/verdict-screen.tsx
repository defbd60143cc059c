import { deskWords } from '../words/desk-words.ts'
import { AskForm } from './ask-form.tsx'
import { type Choice, choicesOf } from './choices.ts'
import type { Shown } from './door-state.ts'
import { PartyList } from './party-list.tsx'
import { useDoor, useTools } from './tools.tsx'
import { VerdictMark } from './verdict-mark.tsx'

/** More letters than this, of the name and the line, take the room of the sign. */
const roomyLettersMax = 110

/**
 * Fills the screen with one verdict: sign, word, name, why, who decided, and what may be done.
 *
 * A tap anywhere but on a button makes room for the next code.
 */
export function VerdictScreen({ shown }: { readonly shown: Shown }) {
  const { door } = useTools()
  const role = useDoor((state) => state.status.role)
  const asking = useDoor((state) => state.asking)
  const { words, answer, attempt } = shown
  const choices = choicesOf(answer, role, attempt.act)
  const busy = asking !== null
  // The form asks it where the answer goes: once is enough.
  const asked = busy && words.line === answer.verdict.question
  const long = (words.name?.length ?? 0) + words.line.length > roomyLettersMax
  return (
    <section
      className="verdict"
      data-tone={words.tone}
      data-compact={choices.includes('party') || long}
      data-long={long}
      data-asking={busy}
      aria-label="Verdict"
      key={shown.id}
    >
      <button
        type="button"
        className="verdict-close"
        aria-label="Next code"
        onClick={busy ? door.stopAsking : door.dismiss}
      />
      <div className="verdict-body">
        <VerdictMark tone={words.tone} />
        <div className="verdict-words">
          <h1>{words.word}</h1>
          {words.name !== null && <p className="verdict-name">{words.name}</p>}
          {words.line !== '' && !asked && (
            <p className="verdict-line">{words.line.replaceAll(' · ', '\u00a0· ')}</p>
          )}
        </div>
      </div>
      <div className="verdict-acts">
        {busy ? (
          <AskForm asking={asking} question={answer.verdict.question} />
        ) : (
          <Choices choices={choices} />
        )}
      </div>
      <p className="verdict-foot">{words.foot}</p>
    </section>
  )
}

function Choices({ choices }: { readonly choices: readonly Choice[] }) {
  return choices.map((choice) => <OneChoice key={choice} choice={choice} />)
}

function OneChoice({ choice }: { readonly choice: Choice }) {
  const { door } = useTools()
  const words = deskWords(useDoor((state) => state.status.gives))
  switch (choice) {
    case 'let_in':
      return <Act first text={words.letIn} act={door.letIn} />
    case 'supervise':
      return <Act first text={words.supervisorLetsIn} act={() => door.ask('supervise')} />
    case 'answer':
      return <Act first text="Answer" act={() => door.ask('answer')} />
    case 'force':
      return <Act text={words.letInAnyway} act={() => door.ask('force')} />
    case 'second_person':
      return <Act text="Second person, same code" act={door.secondPerson} />
    case 'party':
      return <PartyList />
  }
}

interface ActProps {
  readonly text: string
  readonly act: () => void
  readonly first?: boolean
}

function Act({ text, act, first = false }: ActProps) {
  return (
    <button type="button" className={first ? 'act act-first' : 'act'} onClick={act}>
      {text}
    </button>
  )
}
