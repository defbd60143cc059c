/** Signs up at a central that lets anybody, and makes an event: its list and its gate come with it. */
export async function makeEvent(origin: string) {
  let cookie = ''
  const call = async (name: string, input: object, method: 'GET' | 'POST' = 'POST') => {
    const text = JSON.stringify(input)
    const query = method === 'GET' ? `?input=${encodeURIComponent(text)}` : ''
    const answer = await fetch(`${origin}/trpc/${name}${query}`, {
      method,
      headers: { 'content-type': 'application/json', cookie },
      ...(method === 'POST' && { body: text }),
    })
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return (await answer.json()).result.data
  }
  const email = 'owner@example.org'
  await call('accounts.signup', { organisation: 'Bench', email, password: crypto.randomUUID() })
  const [startsMs, endsMs] = [Date.now() - 3_600_000, Date.now() + 36_000_000]
  const wanted = { name: 'Gala', timeZone: 'Europe/Berlin', startsMs, endsMs }
  const { id: event } = await call('events.create', wanted)
  const { lists, gates } = await call('events.get', { event }, 'GET')
  return { event, list: lists[0].id, gate: gates[0].id } as {
    readonly event: string
    readonly list: string
    readonly gate: string
  }
}
