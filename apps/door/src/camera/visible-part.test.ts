import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visiblePart } from './visible-part.ts'

/** Goal: what is decoded is what is seen. Method: phones by example, any sizes by property. */
test('[DR5] an upright phone sees the middle of a wide picture, at its full height', () => {
  expect(visiblePart({ width: 1280, height: 720 }, { width: 390, height: 540 })).toEqual({
    x: 380,
    y: 0,
    width: 520,
    height: 720,
  })
})

test('[DR5] nothing is decoded before the camera or the screen has a size', () => {
  expect(visiblePart({ width: 0, height: 0 }, { width: 390, height: 540 })).toBeNull()
  expect(visiblePart({ width: 1280, height: 720 }, { width: 0, height: 0 })).toBeNull()
})

test('[DR5] the part lies inside the picture and has the shape of the box', () => {
  const side = fc.integer({ min: 100, max: 4_000 })
  const size = fc.record({ width: side, height: side })
  fc.assert(
    fc.property(size, size, (picture, box) => {
      const part = visiblePart(picture, box)
      expect(part).not.toBeNull()
      if (part === null) return
      expect(part.x).toBeGreaterThanOrEqual(0)
      expect(part.y).toBeGreaterThanOrEqual(0)
      expect(part.x + part.width).toBeLessThanOrEqual(picture.width)
      expect(part.y + part.height).toBeLessThanOrEqual(picture.height)
      const fills = part.width === picture.width || part.height === picture.height
      expect(fills).toBe(true)
      const shape = part.width / part.height / (box.width / box.height)
      expect(Math.abs(shape - 1)).toBeLessThan(0.6 / Math.min(part.width, part.height) + 0.02)
    }),
  )
})
