import type { Door } from './door.ts'

const lookEveryMs = 30 * 60_000

/**
 * Installs the service worker and watches for a new version, which waits (DR11).
 *
 * Returns how to let a waiting version take over: it reloads the page, so the caller asks only
 * when nothing is pending and a supervisor says so.
 */
export function watchForUpdates(door: Door, scope: string): () => void {
  if (!('serviceWorker' in navigator)) return () => {}
  const workers = navigator.serviceWorker
  let registration: ServiceWorkerRegistration | null = null
  let applying = false

  const see = () => {
    // With no controller this is the first install, which is no update.
    const waits = registration?.waiting != null && workers.controller !== null
    if (waits && door.store.get().update === 'none') door.store.set({ update: 'waiting' })
  }

  void workers.register(`${scope}sw.js`, { scope, updateViaCache: 'none' }).then(
    (made) => {
      registration = made
      see()
      made.addEventListener('updatefound', () => {
        made.installing?.addEventListener('statechange', see)
      })
      setInterval(() => {
        if (navigator.onLine) void made.update().catch(() => undefined)
      }, lookEveryMs)
    },
    () => undefined,
  )

  workers.addEventListener('controllerchange', () => {
    if (applying) location.reload()
  })

  return () => {
    applying = true
    door.store.set({ update: 'applying' })
    registration?.waiting?.postMessage('update-now')
  }
}
