import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SlidingWindow } from '../../src/deflate/sliding-window.ts'

it('a sliding window holds the last bytes pushed, and nothing of before it was cleared', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 25 }), { maxLength: 20 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), chunks, chunks, (size, before, after) => {
      const window = new SlidingWindow(size)
      for (const chunk of before) window.push(chunk)
      window.clear()
      let all: number[] = []
      for (const chunk of after) {
        window.push(chunk)
        all = [...all, ...chunk].slice(-size)
        expect([...window.content]).toEqual(all)
      }
    }),
  )
})
