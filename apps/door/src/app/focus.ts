/** A React ref that gives an element the focus when it comes up. */
export function focusNow(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
}
