/** An address below /admin that leads nowhere. */
export default function NotFound() {
  return (
    <main className="page empty">
      <h1>There is no such page</h1>
      <p>
        <a href="/admin">Go to your events</a>
      </p>
    </main>
  )
}
