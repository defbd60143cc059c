import { visiblePart } from './visible-part.ts'

/** Copies the visible part of a video's present frame; null before there is one. */
export type GrabFrame = (video: HTMLVideoElement) => ImageData | null

/** Keeps one canvas for all frames, so that hours of scanning allocate no more than minutes do. */
export function createFrameGrabber(): GrabFrame {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false })
  return (video) => {
    const picture = { width: video.videoWidth, height: video.videoHeight }
    const part = visiblePart(picture, { width: video.clientWidth, height: video.clientHeight })
    if (part === null || context === null || video.readyState < video.HAVE_CURRENT_DATA) return null
    if (canvas.width !== part.width) canvas.width = part.width
    if (canvas.height !== part.height) canvas.height = part.height
    context.drawImage(video, part.x, part.y, part.width, part.height, 0, 0, part.width, part.height)
    return context.getImageData(0, 0, part.width, part.height)
  }
}
