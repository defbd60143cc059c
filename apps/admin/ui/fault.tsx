/** What went wrong and what to do; said aloud by screen readers. */
export function Fault({
  sentence,
  onAgain,
}: {
  readonly sentence: string
  readonly onAgain?: () => void
}) {
  return (
    <div className="fault" role="alert">
      <p>{sentence}</p>
      {onAgain && (
        <button type="button" onClick={onAgain}>
          Try again
        </button>
      )}
    </div>
  )
}
