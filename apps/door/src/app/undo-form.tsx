import { type FormEvent, useState } from 'react'
import { focusNow, showNow } from './focus.ts'

interface UndoProps {
  readonly name: string | null
  /** A supervisor may undo at any time, and says why (LG6). */
  readonly needsNote: boolean
  readonly undo: (note: string | null) => Promise<void>
}

/** Asks once more before a scan is undone; the scan itself stays in the records. */
export function UndoForm({ name, needsNote, undo }: UndoProps) {
  const [note, setNote] = useState('')
  const [sending, setSending] = useState(false)
  const send = (event: FormEvent) => {
    event.preventDefault()
    setSending(true)
    void undo(note.trim() === '' ? null : note.trim()).finally(() => setSending(false))
  }
  return (
    <form className="undo" ref={showNow} onSubmit={send}>
      <p>
        The ticket of {name ?? 'this guest'} becomes free again. Both scans stay in the records.
      </p>
      {needsNote && (
        <label>
          <span>Reason</span>
          <input
            ref={focusNow}
            value={note}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => setNote(event.target.value)}
          />
        </label>
      )}
      <button
        type="submit"
        className="button button-first"
        disabled={sending || (needsNote && note.trim() === '')}
      >
        Undo this scan
      </button>
    </form>
  )
}
