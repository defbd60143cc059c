/** What goes on by itself; whoever asked may be gone before it fails. */
export function background(work: Promise<unknown>): void {
  work.catch(() => undefined)
}
