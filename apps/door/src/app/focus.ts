/** A React ref that gives an element the focus when it comes up. */
export function focusNow(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
}

/** A React ref that brings what has just come up into view. */
export function showNow(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}
