import { describe, expect, test } from 'vitest'
import {
  bitsLink,
  clauseLink,
  crossingLink,
  readLinks,
  recordLink,
} from '../../../inspector/src/links/link.ts'
import { canBePinned, createLight, type Target, targetOf } from '../../../inspector/src/links/store.ts'

const target = (link: string): Target => targetOf({ links: readLinks(link, 'c1'), cites: [] })!
const [row, frame, byte, clause] = [
  recordLink(5),
  crossingLink(5, 0),
  bitsLink('5.0', 0, 8),
  clauseLink('6455 5.4'),
].map(target) as [Target, Target, Target, Target]

describe('the light', () => {
  test('is what the pointer is on, else the focus, else what is pinned', () => {
    const light = createLight()
    const lit = () => light.getSnapshot().target
    expect(lit()).toBeNull()
    light.pin(clause)
    light.focus(frame)
    light.point(row)
    expect(lit()).toBe(row)
    light.point(null)
    expect(lit()).toBe(frame)
    light.focus(null)
    expect(lit()).toBe(clause)
    light.letGo()
    expect(lit()).toBeNull()
  })

  test('is told of when it changes, and only then', () => {
    const light = createLight()
    let told = 0
    const stop = light.subscribe(() => told++)
    light.point(row)
    light.point(target(recordLink(5)))
    expect(told).toBe(1)
    light.point(frame)
    expect(told).toBe(2)
    stop()
    light.point(null)
    expect(told).toBe(2)
  })

  test('is let go by pinning again what is pinned', () => {
    const light = createLight()
    light.pin(clause)
    light.pin(frame)
    expect(light.getSnapshot().pinned).toBe(frame)
    light.pin(target(crossingLink(5, 0)))
    expect(light.getSnapshot().pinned).toBeNull()
  })

  test.each([frame, byte])('of a record is let go when the cursor goes to another one', (pinned) => {
    const light = createLight()
    light.pin(pinned)
    light.moved('c1', 5)
    light.moved('c1', null)
    light.moved('c2', 7)
    expect(light.getSnapshot().pinned).toBe(pinned)
    light.moved('c1', 6)
    expect(light.getSnapshot().pinned).toBeNull()
  })

  test('of a clause stays wherever the cursor goes', () => {
    const light = createLight()
    light.pin(clause)
    light.moved('c1', 6)
    expect(light.getSnapshot().pinned).toBe(clause)
  })

  test('of a record is not pinned: the cursor is', () => {
    expect([row, frame, byte, clause].map(({ links }) => links.every(canBePinned))).toEqual([
      false,
      true,
      true,
      true,
    ])
  })
})

test('what declares nothing is no target', () => {
  expect(targetOf({ links: readLinks(null, 'c1'), cites: ['6455 5.4'] })).toBeNull()
})
