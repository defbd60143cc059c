import { type Camera, openCamera } from '../camera/camera.ts'
import { cameraOff } from '../camera/camera-state.ts'
import type { ReadCodes } from '../camera/zxing-reader.ts'
import type { Door } from './door.ts'

/** The place of the camera on the screen; controls reach it from any sheet. */
export interface CameraSeat {
  /** A React ref with clean-up: the camera runs while its element stands. */
  readonly sit: (host: HTMLElement | null) => (() => void) | undefined
  readonly tryAgain: () => void
  readonly chooseLens: (id: string) => void
  readonly setTorch: (on: boolean) => void
}

export function createCameraSeat(door: Door, read: ReadCodes): CameraSeat {
  let camera: Camera | null = null
  return {
    sit(host) {
      if (host === null) return undefined
      const box = document.createElement('div')
      host.append(box)
      const opened = openCamera({
        host: box,
        read,
        onFrame: door.seeFrame,
        onRestart: door.forgetView,
        onChange: (state) => door.store.set({ camera: state }),
        lens: door.store.get().settings.lens,
      })
      camera = opened
      return () => {
        // The picture stays in the document until it has stopped: taken out while it starts, it throws.
        box.hidden = true
        document.body.append(box)
        void opened.close().then(() => box.remove())
        camera = null
        door.store.set({ camera: cameraOff })
      }
    },
    tryAgain: () => camera?.tryAgain(),
    chooseLens(id) {
      door.changeSettings({ lens: id })
      camera?.chooseLens(id)
    },
    setTorch: (on) => camera?.setTorch(on),
  }
}
