import type { ReactNode } from 'react'
import { focusNow } from './focus.ts'
import { Icon } from './icon.tsx'
import { useTools } from './tools.tsx'

interface SheetProps {
  readonly title: string
  /** The sheet has a field that takes the focus itself. */
  readonly ownFocus?: boolean
  readonly children: ReactNode
}

/** A page over the camera, closed by its button, by Escape or by a scanner's next code. */
export function SheetFrame({ title, ownFocus = false, children }: SheetProps) {
  const { door } = useTools()
  return (
    <dialog open className="sheet" aria-label={title}>
      <div className="sheet-head">
        <h1>{title}</h1>
        <button
          type="button"
          className="round"
          aria-label="Close"
          ref={ownFocus ? null : focusNow}
          onClick={door.closeSheet}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="sheet-body">{children}</div>
    </dialog>
  )
}
