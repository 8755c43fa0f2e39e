/** A server that is told to stop while it is busy. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { open, until } from '../node/helpers.ts'

const fixture = fileURLToPath(new URL('fixtures/serve-until-sigterm.mjs', import.meta.url))

it.each(['plain', 'compressed'])(
  'SIGTERM under load (%s): every message that it accepted arrived, and each client is told',
  async (kind) => {
    const server = spawn(process.execPath, [fixture, kind], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void server.kill('SIGKILL'))
    const lines = createInterface(server.stdout)[Symbol.asyncIterator]()
    const port = /\d+$/.exec(String((await lines.next()).value))![0]
    const clients = await Promise.all(
      Array.from({ length: 10 }, () =>
        open(`ws://127.0.0.1:${port}`, { compression: kind === 'compressed' }),
      ),
    )
    let echoed = 0
    const loads = clients.map(async (client, which) => {
      let sent = 0
      let back = 0
      const reading = (async () => {
        for await (const message of client) {
          expect(message).toBe(`${which} ${back} ${'x'.repeat((back * 37) % 3_000)}`)
          back++
          echoed++
        }
      })()
      try {
        for (;;) {
          await client.send(`${which} ${sent} ${'x'.repeat((sent * 37) % 3_000)}`)
          sent++
          // Others have their turn.
          if (sent % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
      } catch (error) {
        expect((error as Error).name).toMatch(/^(InvalidStateError|ConnectionClosedError)$/)
      }
      await reading
      const { code, wasClean } = await client.closed
      return { sent, back, code, wasClean }
    })
    await until(() => echoed > 5_000)
    server.kill('SIGTERM')
    const ends = await Promise.all(loads)
    const told = JSON.parse(String((await lines.next()).value)) as {
      received: number
      sent: number
      refused: number
      ends: Record<string, number>
      handles: string[]
    }
    const [code] = await once(server, 'close')
    expect(code).toBe(0)
    for (const end of ends) {
      expect([end.code, end.wasClean]).toEqual([1001, true])
      expect(end.sent).toBeGreaterThanOrEqual(end.back)
    }
    // What its handler sent, arrived; what it could not send any more, it was told.
    expect(ends.reduce((sum, { back }) => sum + back, 0)).toBe(told.sent)
    expect(told.received).toBe(told.sent + told.refused)
    expect(told.ends).toEqual({ '1001 clean': 10 })
    expect(told.handles.filter((kind) => kind.startsWith('TCP'))).toEqual([])
  },
  30_000,
)
