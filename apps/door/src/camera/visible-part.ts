export interface Size {
  readonly width: number
  readonly height: number
}

export interface Part extends Size {
  readonly x: number
  readonly y: number
}

/**
 * The part of a picture that a box shows when the picture covers it (CSS `object-fit: cover`).
 *
 * Only what the steward sees is decoded, so that a code beside the screen is no scan. Sizes in
 * pixels of the picture and of the box; null while either has none.
 */
export function visiblePart(picture: Size, box: Size): Part | null {
  if (picture.width <= 0 || picture.height <= 0 || box.width <= 0 || box.height <= 0) return null
  const scale = Math.max(box.width / picture.width, box.height / picture.height)
  const width = Math.min(picture.width, Math.round(box.width / scale))
  const height = Math.min(picture.height, Math.round(box.height / scale))
  return {
    x: Math.round((picture.width - width) / 2),
    y: Math.round((picture.height - height) / 2),
    width,
    height,
  }
}
