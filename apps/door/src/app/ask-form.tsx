import { type FormEvent, useState } from 'react'
import { deskWords } from '../words/desk-words.ts'
import type { Asking } from './door-state.ts'
import { focusNow } from './focus.ts'
import { useDoor, useTools } from './tools.tsx'

const reasons = ['Guest list', 'Stepped out', 'Help desk'] as const
const noteLengthMax = 200
const pinLengthMax = 12

interface AskFormProps {
  readonly asking: Asking
  /** The list's question, where the verdict waits for its answer (DC8). */
  readonly question: string | null
}

/** Asked over a verdict before a second scan: the list's question, a supervisor's PIN and reason. */
export function AskForm({ asking, question }: AskFormProps) {
  const { door } = useTools()
  const words = deskWords(useDoor((state) => state.status.gives))
  const role = useDoor((state) => state.status.role)
  const fault = useDoor((state) => state.askFault)
  const checking = useDoor((state) => state.checking)
  const [answer, setAnswer] = useState('')
  const [pin, setPin] = useState('')
  const [note, setNote] = useState('')
  const asksPin = asking !== 'answer'
  const answered = question === null || answer.trim() !== ''
  // Only the gate knows whether the event has a PIN for supervisors' own tablets.
  const insisted = !asksPin || (note.trim() !== '' && (pin !== '' || role === 'supervisor'))
  const ready = answered && insisted && !checking

  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!ready) return
    door.reply({
      answer: question === null ? null : answer.trim(),
      force: asksPin ? { pin, note: note.trim() } : null,
    })
  }

  return (
    <form className="ask" onSubmit={send}>
      {asksPin && <PinField pin={pin} setPin={setPin} fault={fault} />}
      {asksPin && <NoteField note={note} setNote={setNote} />}
      {question !== null && (
        <label>
          <span>{question}</span>
          <input
            ref={asksPin ? null : focusNow}
            value={answer}
            maxLength={noteLengthMax}
            autoComplete="off"
            onChange={(event) => setAnswer(event.target.value)}
          />
        </label>
      )}
      <div className="ask-buttons">
        <button type="button" className="act" onClick={door.stopAsking}>
          Back
        </button>
        <button type="submit" className="act act-first" disabled={!ready}>
          {words.letIn}
        </button>
      </div>
    </form>
  )
}

interface PinFieldProps {
  readonly pin: string
  readonly setPin: (pin: string) => void
  readonly fault: string | null
}

function PinField({ pin, setPin, fault }: PinFieldProps) {
  return (
    <label>
      <span>Supervisor’s PIN</span>
      <input
        ref={focusNow}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        aria-invalid={fault !== null}
        value={pin}
        maxLength={pinLengthMax}
        onChange={(event) => setPin(event.target.value.replace(/\D/g, ''))}
      />
      {fault !== null && (
        <span className="ask-fault" role="alert">
          {fault}
        </span>
      )}
    </label>
  )
}

interface NoteFieldProps {
  readonly note: string
  readonly setNote: (note: string) => void
}

function NoteField({ note, setNote }: NoteFieldProps) {
  return (
    <>
      <label>
        <span>Reason</span>
        <input
          value={note}
          maxLength={noteLengthMax}
          autoComplete="off"
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <div className="chips">
        {reasons.map((reason) => (
          <button
            type="button"
            key={reason}
            aria-pressed={note === reason}
            onClick={() => setNote(reason)}
          >
            {reason}
          </button>
        ))}
      </div>
    </>
  )
}
