import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { PNG } from 'pngjs'
import qrcode from 'qrcode'

/**
 * Pictures for Chromium's fake camera, which plays a Y4M file (YUV4MPEG2, 4:2:0) in a loop.
 *
 * The file is read frame by frame while it plays, and all pictures here have one size: writing
 * another picture into the same file is holding another code before the camera.
 */
export interface Scene {
  /** 0 is black, 255 white; one byte a pixel, row by row. */
  readonly luma: Uint8Array
}

const width = 640
const height = 480
const framesPerSecond = 10
const grey = 128
const header = `YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`
const frameMark = 'FRAME\n'
const frames = 5

/** Nothing before the camera but an even wall. */
export function emptyScene(): Scene {
  return { luma: new Uint8Array(width * height).fill(170) }
}

/** A printed code with this text in the middle of the picture, `side` pixels wide. */
export function sceneOfText(text: string, side = 300): Scene {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' })
  const across = modules.size + 8
  return sceneOf(side, (x, y) => {
    const column = Math.floor((x * across) / side) - 4
    const row = Math.floor((y * across) / side) - 4
    const inside = column >= 0 && row >= 0 && column < modules.size && row < modules.size
    return inside && modules.get(row, column) ? 0 : 255
  })
}

/** A picture file of a code, as `eventpass tickets export` writes it. */
export function sceneOfPng(path: string, side = 300): Scene {
  const png = PNG.sync.read(readFileSync(path))
  return sceneOf(side, (x, y) => {
    const column = Math.floor((x * png.width) / side)
    const row = Math.floor((y * png.height) / side)
    return png.data[(row * png.width + column) * 4] ?? 255
  })
}

/** Makes the file that the browser is started with. */
export function makeCameraFile(path: string, scene: Scene): void {
  const file = openSync(path, 'w')
  writeSync(file, header)
  for (let frame = 0; frame < frames; frame += 1) writeSync(file, frameBytes(scene))
  closeSync(file)
}

/** Holds another picture before a camera that is running. */
export function showToCamera(path: string, scene: Scene): void {
  const file = openSync(path, 'r+')
  const bytes = frameBytes(scene)
  for (let frame = 0; frame < frames; frame += 1) {
    writeSync(file, bytes, 0, bytes.length, header.length + frame * bytes.length)
  }
  closeSync(file)
}

/** Options of Playwright's `launch` for a Chromium whose camera plays this file. */
export function chromiumWithCamera(path: string) {
  return {
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${path}`,
      '--autoplay-policy=no-user-gesture-required',
    ],
  }
}

function sceneOf(side: number, lumaAt: (x: number, y: number) => number): Scene {
  const { luma } = emptyScene()
  const left = Math.floor((width - side) / 2)
  const top = Math.floor((height - side) / 2)
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) luma[(top + y) * width + left + x] = lumaAt(x, y)
  }
  return { luma }
}

function frameBytes({ luma }: Scene): Buffer {
  const chroma = Buffer.alloc((width / 2) * (height / 2) * 2, grey)
  return Buffer.concat([Buffer.from(frameMark), luma, chroma])
}
