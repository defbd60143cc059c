import type { Tone } from '../words/verdict-words.ts'

/** The big sign of a verdict: circle, octagon, triangle or square, told apart by shape alone. */
export function VerdictMark({ tone }: { readonly tone: Tone }) {
  return (
    <svg className="verdict-mark" viewBox="0 0 100 100" aria-hidden="true">
      {tone === 'admit' && (
        <>
          <circle cx="50" cy="50" r="45" strokeWidth="7" />
          <path d="M29 52 44.5 67.5 72 35" strokeWidth="9.5" />
        </>
      )}
      {tone === 'refuse' && (
        <>
          <path d="M31.5 5h37L95 31.5v37L68.500 95h-37L5 68.500v-37Z" strokeWidth="7" />
          <path d="M34 34l32 32M66 34 34 66" strokeWidth="9.5" />
        </>
      )}
      {tone === 'attention' && (
        <>
          <path d="M50 8 95.500 90H4.500Z" strokeWidth="7" />
          <path d="M50 37v26" strokeWidth="9.5" />
          <path d="M50 77v.1" strokeWidth="11" />
        </>
      )}
      {tone === 'notice' && (
        <>
          <rect x="6" y="6" width="88" height="88" rx="16" strokeWidth="7" />
          <path d="M50 27v25l16 11" strokeWidth="9.5" />
        </>
      )}
    </svg>
  )
}
