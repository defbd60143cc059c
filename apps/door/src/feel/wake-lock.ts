/** `off`: this browser cannot, or did not let us; the screen may go dark by itself. */
export type WakeState = 'on' | 'off'

/**
 * Keeps the screen lit while the door is open. The browser drops the lock whenever the page is
 * hidden, so it is asked for again each time the page is seen. Returns how to let go.
 */
export function keepScreenOn(onChange: (state: WakeState) => void): () => void {
  let lock: WakeLockSentinel | null = null
  let wanted = true

  const ask = async () => {
    if (!wanted || document.hidden || lock !== null || !('wakeLock' in navigator)) return
    try {
      lock = await navigator.wakeLock.request('screen')
      lock.addEventListener('release', () => {
        lock = null
        onChange('off')
        void ask()
      })
      onChange('on')
    } catch {
      onChange('off')
    }
  }

  const onVisible = () => void ask()
  document.addEventListener('visibilitychange', onVisible)
  void ask()
  return () => {
    wanted = false
    document.removeEventListener('visibilitychange', onVisible)
    void lock?.release()
  }
}
