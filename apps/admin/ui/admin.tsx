'use client'

import { useCallback, useState } from 'react'
import { central } from './client.ts'
import { EventView } from './event-view.tsx'
import { Fault } from './fault.tsx'
import { SignIn } from './sign-in.tsx'
import { useAnswer } from './use-answer.ts'

/** The organiser's page: sign in, pick an event, see it live. */
export function Admin() {
  const me = useAnswer(useCallback(() => central.accounts.me.query(), []))
  if (me.signedOut) return <SignIn onDone={me.again} />
  if (!me.value) return me.fault ? <Fault sentence={me.fault} onAgain={me.again} /> : <Waiting />
  const signOut = () => central.accounts.signout.mutate().finally(me.again)
  return (
    <div className="page">
      <header className="top">
        <strong>EventPass Pro</strong>
        <span className="quiet">
          {me.value.organisation} · {me.value.user.email} ({me.value.user.role})
        </span>
        <button type="button" className="plain" onClick={signOut}>
          Sign out
        </button>
      </header>
      <Events canChange={me.value.user.role !== 'auditor'} />
    </div>
  )
}

function Events({ canChange }: { readonly canChange: boolean }) {
  const events = useAnswer(useCallback(() => central.events.list.query(), []))
  const [picked, pick] = useState<string | null>(null)
  if (events.fault) return <Fault sentence={events.fault} onAgain={events.again} />
  if (!events.value) return <Waiting />
  const event = events.value.find(({ id }) => id === picked) ?? events.value[0]
  if (!event) {
    return (
      <main className="empty">
        <h1>No events yet</h1>
        <p>
          Make one with <code>eventpass events create</code>; it appears here at once.
        </p>
      </main>
    )
  }
  return (
    <>
      {events.value.length > 1 && (
        <nav className="tabs" aria-label="Events">
          {events.value.map(({ id, name }) => (
            <button
              type="button"
              key={id}
              aria-current={id === event.id ? 'page' : undefined}
              onClick={() => pick(id)}
            >
              {name}
            </button>
          ))}
        </nav>
      )}
      <EventView key={event.id} event={event} canChange={canChange} />
    </>
  )
}

function Waiting() {
  return (
    <p className="waiting" role="status">
      Loading …
    </p>
  )
}
