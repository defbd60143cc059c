import { type FormEvent, useState } from 'react'
import { central, sentenceOf } from './client.ts'
import { Fault } from './fault.tsx'

export function SignIn({ onDone }: { readonly onDone: () => void }) {
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (submitted: FormEvent<HTMLFormElement>) => {
    submitted.preventDefault()
    const form = new FormData(submitted.currentTarget)
    setBusy(true)
    try {
      const email = String(form.get('email'))
      await central.accounts.signin.mutate({ email, password: String(form.get('password')) })
      onDone()
    } catch (error) {
      setFault(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className="sign-in">
      <h1>EventPass Pro</h1>
      <p className="quiet">Sign in to see your events.</p>
      <form onSubmit={submit}>
        <label>
          E-mail
          <input name="email" type="email" autoComplete="username" required />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {fault && <Fault sentence={fault} />}
        <button type="submit" className="main" disabled={busy}>
          {busy ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </main>
  )
}
