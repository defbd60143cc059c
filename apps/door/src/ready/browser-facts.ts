/** Whether a service worker holds the whole app, so that it starts without network. */
export async function offlineReady(): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false
  const registration = await navigator.serviceWorker.getRegistration()
  return registration?.active != null
}

/** Whether the app was opened from the Home Screen or as an installed app. */
export function installedApp(): boolean {
  return window.matchMedia('(display-mode: standalone), (display-mode: fullscreen)').matches
}

/** iPhones and iPads, whose browser keeps a page's storage only for apps of the Home Screen. */
export function needsHomeScreen(): boolean {
  const { userAgent, maxTouchPoints } = navigator
  // An iPad says that it is a Mac; no Mac has a touch screen.
  return /iPhone|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)
}

/** A name by which the organiser may know this tablet while it is pairing, ≤ 80 characters. */
export function tabletLabel(): string {
  const { userAgent } = navigator
  const system = /iPad|iPhone|Android|CrOS|Windows|Macintosh|Linux/.exec(userAgent)?.[0] ?? 'Device'
  const browser = /Edg|Firefox|Chrome|Safari/.exec(userAgent)?.[0] ?? 'browser'
  return `${system}, ${browser}, ${screen.width} × ${screen.height}`
}

/** Asks the browser to keep what is stored; false where it will not promise. */
export async function askToKeepStorage(): Promise<boolean> {
  const storage = navigator.storage
  if (storage?.persist === undefined) return false
  return (await storage.persisted()) || (await storage.persist())
}
