import type { Trouble } from './door-state.ts'
import { useTools } from './tools.tsx'
import { VerdictMark } from './verdict-mark.tsx'

/** A scan that could not be recorded: nobody is let in by it, and staff are told what to do. */
export function TroubleScreen({ trouble }: { readonly trouble: Trouble }) {
  const { door } = useTools()
  return (
    <section className="verdict" data-tone="refuse" aria-label="Not saved">
      <button
        type="button"
        className="verdict-close"
        aria-label="Next code"
        onClick={door.dismiss}
      />
      <div className="verdict-body">
        <VerdictMark tone="refuse" />
        <div className="verdict-words">
          <h1>Not saved</h1>
          <p className="verdict-name">This scan was not recorded</p>
          <p className="verdict-line">{trouble.message} Scan again, or use another tablet.</p>
        </div>
      </div>
    </section>
  )
}
