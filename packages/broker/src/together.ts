/**
 * Has what is asked in one turn of the event loop done by one call. Answers come in the order of the
 * items; where the call fails, each of them does.
 */
export function together<Item, Answer>(
  doAll: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  let items: Item[] = []
  let answers: Promise<readonly Answer[]> | null = null
  const doSoon = () =>
    new Promise<readonly Answer[]>((resolve) => {
      setImmediate(() => {
        const all = items
        items = []
        answers = null
        resolve(doAll(all))
      })
    })
  return async (item) => {
    const place = items.push(item) - 1
    answers ??= doSoon()
    return (await answers)[place] as Answer
  }
}
