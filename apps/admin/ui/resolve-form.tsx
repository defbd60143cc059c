import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { central, type Incident, sentenceOf } from './client.ts'
import { Fault } from './fault.tsx'

const reasonLengthMax = 500

/** Closes an incident for the scans that stand above, with a reason that colleagues will read. */
export function ResolveForm({
  incident,
  onDone,
}: {
  readonly incident: Incident
  readonly onDone: () => void
}) {
  const [asks, ask] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => {
    if (asks) field.current?.focus()
  }, [asks])

  const close = () => {
    ask(false)
    setFault(null)
    opener.current?.focus()
  }
  const submit = async (submitted: FormEvent<HTMLFormElement>) => {
    submitted.preventDefault()
    const reason = String(new FormData(submitted.currentTarget).get('reason'))
    setBusy(true)
    try {
      await central.incidents.resolve.mutate({
        incident: incident.id,
        seen: incident.named,
        reason,
      })
      onDone()
    } catch (error) {
      setFault(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="resolve">
      <button
        ref={opener}
        type="button"
        aria-expanded={asks}
        aria-controls={id}
        hidden={asks}
        onClick={() => ask(true)}
      >
        Resolve …
      </button>
      <form id={id} hidden={!asks} onSubmit={submit}>
        <label>
          What was done about it, and why
          <textarea ref={field} name="reason" rows={3} maxLength={reasonLengthMax} required />
        </label>
        {fault && <Fault sentence={fault} />}
        <p className="actions">
          <button type="submit" className="main" disabled={busy}>
            {busy ? 'Resolving …' : 'Resolve'}
          </button>
          <button type="button" onClick={close}>
            Leave it open
          </button>
        </p>
      </form>
    </div>
  )
}
