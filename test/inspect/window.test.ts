import { describe, expect, test, vi } from 'vitest'
import { createInspector } from '../../src/inspect/inspector.ts'
import { inspectWindow } from '../../src/inspect/window.ts'
import { ScriptedConnection, settled } from './helpers.ts'
import { createWindowReceiver, type Received } from './receiver.ts'

type Listener = (event: unknown) => void

/** A window that can be posted to: what arrives names who posted it, as browsers have it. */
class FakeWindow {
  readonly origin: string
  readonly #listeners = new Set<Listener>()

  constructor(origin: string) {
    this.origin = origin
  }

  addEventListener(type: string, listener: Listener): void {
    if (type === 'message') this.#listeners.add(listener)
  }

  removeEventListener(_type: string, listener: Listener): void {
    this.#listeners.delete(listener)
  }

  /** This window, as `source` has a handle of it. */
  seenFrom(source: FakeWindow): Window {
    this.#handles.set(source, (this.#handles.get(source) ?? this.#handle(source)) as never)
    return this.#handles.get(source)!
  }

  readonly #handles = new Map<FakeWindow, Window>()

  #handle(source: FakeWindow) {
    return {
      postMessage: (data: unknown, targetOrigin: string) => {
        if (targetOrigin !== '*' && targetOrigin !== this.origin) return
        const event = { data: structuredClone(data), origin: source.origin, source: source.seenFrom(this) }
        queueMicrotask(() => {
          for (const listener of this.#listeners) listener(event)
        })
      },
    }
  }
}

function pair(origin = 'http://app.test') {
  const inspector = createInspector({ allowCommands: true })
  const app = new FakeWindow('http://app.test')
  const page = new FakeWindow(origin)
  const received: Received[] = []
  const openPage = () =>
    createWindowReceiver({ window: page, targetWindow: app.seenFrom(page) }).subscribe((event) => {
      received.push(event)
    })
  const options = { origin: 'http://app.test', window: app as never }
  return { inspector, app, page, received, openPage, target: page.seenFrom(app), options }
}

describe('a page in another window', () => {
  test('is sent what happens once the receiver of @xstate/inspect asks', async () => {
    const { inspector, received, openPage, target, options } = pair()
    inspectWindow(inspector, target, options)
    const connection = new ScriptedConnection(inspector)
    await settled()
    expect(received).toEqual([])
    openPage()
    await settled()
    connection.take({ type: 'send.close', code: 1000 })
    await settled()
    expect(received.map(({ type }) => type)).toEqual(['service.register', 'service.event', 'service.state'])
    expect(received[2]!.state.matches('lifecycle.closing.initiated')).toBe(true)
    expect(received[2]!.record).toMatchObject({ seq: 1, kind: 'step' })
  })

  test('takes a long history in portions', async () => {
    const { inspector, received, openPage, target, options } = pair()
    const connection = new ScriptedConnection(inspector)
    for (let i = 0; i < 1_000; i++) connection.take({ type: 'receive.ping' })
    inspectWindow(inspector, target, options)
    openPage()
    await settled()
    expect(received.length).toBeLessThan(2_001)
    await expect.poll(() => received.length).toBe(2_001)
  })

  test('is told many things that happen at once in fewer goes, and all of them', async () => {
    const { inspector, received, openPage, target, options } = pair()
    inspectWindow(inspector, target, options)
    openPage()
    const connection = new ScriptedConnection(inspector)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      for (let i = 0; i < 100; i++) {
        connection.take({ type: 'receive.ping' })
        for (let turn = 0; turn < 10; turn++) await Promise.resolve()
      }
      const events = () => received.filter(({ type }) => type === 'service.event').length
      expect(events()).toBeGreaterThan(5)
      expect(events()).toBeLessThan(20)
      vi.advanceTimersByTime(40)
      for (let turn = 0; turn < 1_000; turn++) await Promise.resolve()
      expect(events()).toBe(100)
    } finally {
      vi.useRealTimers()
    }
  })

  test('of another origin is sent nothing, and not heard', async () => {
    const { inspector, received, openPage, target, options } = pair('http://evil.test')
    const posted = vi.spyOn(target, 'postMessage')
    inspectWindow(inspector, target, options)
    new ScriptedConnection(inspector)
    openPage()
    await settled()
    expect(received).toEqual([])
    expect(posted).not.toHaveBeenCalled()
  })

  test('is not told what another window asks for', async () => {
    const { inspector, app, openPage, options } = pair()
    const target = new FakeWindow('http://app.test').seenFrom(app)
    const posted = vi.spyOn(target, 'postMessage')
    inspectWindow(inspector, target, options)
    new ScriptedConnection(inspector)
    openPage()
    await settled()
    expect(posted).not.toHaveBeenCalled()
  })

  test('hears no more once it is detached', async () => {
    const { inspector, received, openPage, target, options } = pair()
    const detach = inspectWindow(inspector, target, options)
    openPage()
    await settled()
    detach()
    new ScriptedConnection(inspector)
    openPage()
    await settled()
    expect(received).toEqual([])
  })

  test('needs an origin', () => {
    expect(() => inspectWindow(createInspector(), {} as never)).toThrow(TypeError)
  })
})
