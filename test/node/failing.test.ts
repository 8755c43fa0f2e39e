import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Connection, type ServeOptions, serve } from '../../src/node/index.ts'
import { ConnectionClosedError, ProtocolError } from '../../src/protocol/index.ts'
import { misbehaviours } from '../../src/testing/index.ts'
import { acceptRaw, all, deferred, echo, open, RawPeer, rawServer, start, take, UPGRADE } from './helpers.ts'

describe('a malformed frame', () => {
  it.each(misbehaviours.filter(({ side }) => side !== 'server'))(
    'fails the connection of a server: $name, $closeCode',
    async ({ bytes, closeCode, rule }) => {
      const connected = deferred<Connection>()
      const server = await start((connection) => {
        connected.resolve(connection)
        return echo(connection)
      })
      const peer = await RawPeer.open(server.port)
      peer.write(bytes('client'))
      expect(await peer.close()).toMatch(new RegExp(`^${closeCode} .`))
      await peer.end()
      expect(peer.error).toBeNull()
      peer.socket.end()
      const connection = await connected.promise
      const { report, wasClean } = await connection.closed
      expect(report.parserError).toMatchObject({ code: rule })
      expect(report.sent?.code).toBe(closeCode)
      expect([wasClean, report.received]).toEqual([false, null])
      await expect(all(connection)).rejects.toBeInstanceOf(ConnectionClosedError)

      const next = await open(server.url)
      await next.send('still serving')
      expect(await take(next, 1)).toEqual(['still serving'])
      expect(server.errors).toEqual([])
    },
  )

  it.each(misbehaviours.filter(({ side }) => side !== 'client'))(
    'fails the connection of a client: $name, $closeCode',
    async ({ bytes, closeCode, rule }) => {
      const arrived = deferred<RawPeer>()
      const { url } = await rawServer((peer) => void acceptRaw(peer).then(() => arrived.resolve(peer)))
      const connection = await open(url)
      const peer = await arrived.promise
      peer.write(bytes('server'))
      expect(await peer.close()).toMatch(new RegExp(`^${closeCode} .`))
      peer.socket.end()
      expect((await connection.closed).report.parserError).toMatchObject({ code: rule })
      expect((await connection.closed).report.transportEnd).toMatchObject({ kind: 'end' })
    },
  )

  it.each([
    [{ maxSize: 10 }, { payload: '12345678901' }],
    [{ maxSize: { frame: 10 } }, { payload: '12345678901' }],
  ])('fails with 1009 beyond a limit: %j', async (options, frame) => {
    const server = await start(echo, options)
    const peer = await RawPeer.open(server.port)
    peer.send(frame)
    expect(await peer.close()).toMatch(/^1009 /)
  })

  it('fails with 1009 beyond a limit of fragments', async () => {
    const server = await start(echo, { maxFragments: 2 })
    const peer = await RawPeer.open(server.port)
    peer.send({ fin: false }, { opcode: 0, fin: false }, { opcode: 0, fin: false })
    expect(await peer.close()).toMatch(/^1009 /)
  })
})

describe('a handler that throws', () => {
  const failures: [how: string, handler: (connection: Connection) => void | Promise<void>][] = [
    [
      'at once',
      () => {
        throw new Error('boom')
      },
    ],
    ['later', () => Promise.reject(new Error('boom'))],
    [
      'in a listener',
      (connection) =>
        connection.onMessage(() => {
          throw new Error('boom')
        }),
    ],
    [
      'in an asynchronous listener',
      (connection) =>
        connection.onMessage(async () => {
          throw new Error('boom')
        }),
    ],
    [
      'in a loop',
      async (connection) => {
        for await (const _message of connection) throw new Error('boom')
      },
    ],
  ]

  it.each(failures)('%s closes its connection with 1011', async (_how, handler) => {
    let turn = 0
    const server = await start((connection) => (turn++ === 0 ? handler(connection) : echo(connection)))
    const connection = await open(server.url)
    connection.send('hello')
    expect(await connection.closed).toMatchObject({ code: 1011, wasClean: true })
    expect(server.errors).toEqual([new Error('boom')])

    const next = await open(server.url)
    await next.send('still serving')
    expect(await take(next, 1)).toEqual(['still serving'])
  })

  it('is a warning of the process if nobody else wants to know', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const server = await serve(
      () => {
        throw new Error('boom')
      },
      { host: '127.0.0.1' },
    )
    const connection = await open(`ws://127.0.0.1:${server.port}`)
    await connection.closed
    expect(warn).toHaveBeenCalledWith('boom', {
      type: 'WirechartWarning',
      code: 'APPLICATION_ERROR',
      detail: expect.stringContaining('failing.test.ts'),
    })
    await server.close()
  })

  it('because its connection is over is nothing to report', async () => {
    const done = deferred<unknown>()
    const server = await start(async (connection) => {
      try {
        await echo(connection)
      } catch (error) {
        done.resolve(error)
        throw error
      }
    })
    const peer = await RawPeer.open(server.port)
    peer.socket.resetAndDestroy()
    expect(await done.promise).toBeInstanceOf(ConnectionClosedError)
    expect(server.errors).toEqual([])
  })

  it('does not end the process by sends that nobody awaits', async () => {
    const connected = deferred<Connection>()
    const server = await start(connected.resolve)
    const client = await open(server.url)
    const connection = await connected.promise
    await client.close()
    await connection.closed
    void connection.send('into the void')
    void connection.ping()
    await new Promise((resolve) => setImmediate(resolve))
    await expect(connection.send('x')).rejects.toBeInstanceOf(ConnectionClosedError)
    await expect(connection.ping()).rejects.toBeInstanceOf(ConnectionClosedError)
  })
})

describe('processRequest', () => {
  const variants: [how: string, hook: NonNullable<ServeOptions['processRequest']>][] = [
    ['returns a response', ({ protocol }) => protocol.reject(403, 'No.')],
    ['resolves with one', async ({ protocol }) => protocol.reject(403, 'No.')],
  ]

  it.each(variants)('refuses when it %s', async (_how, processRequest) => {
    const server = await start(echo, { processRequest })
    const peer = await RawPeer.connect(server.port)
    peer.write('GET /secret HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(await peer.response()).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*\r\n\r\nNo\.$/)
    expect(server.connections.size).toBe(0)
  })

  it.each([
    ['returns nothing', () => {}],
    ['resolves with nothing', async () => {}],
  ])('accepts when it %s', async (_how, processRequest) => {
    const server = await start(echo, { processRequest })
    const connection = await open(server.url)
    await connection.send('hello')
    expect(await take(connection, 1)).toEqual(['hello'])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
  ])('answers 500 when it %s', async (_how, processRequest) => {
    const server = await start(echo, { processRequest })
    await expect(open(server.url)).rejects.toMatchObject({ response: { status: 500 } })
    expect(server.errors).toEqual([new Error('boom')])
  })

  it('answers 500 when it returns what is no response', async () => {
    const server = await start(echo, { processRequest: () => ({ status: 200 }) as never })
    await expect(open(server.url)).rejects.toMatchObject({ response: { status: 500 } })
    expect(server.errors).toEqual([expect.any(TypeError)])
  })

  it('sees the request and the connection', async () => {
    const seen: unknown[] = []
    const server = await start(echo, {
      processRequest: (connection, request) => {
        seen.push(request.path, connection.request === request, connection.protocol.state)
        seen.push(connection.remoteAddress?.startsWith('127.0.0.1:'))
      },
    })
    await open(`${server.url}/path`)
    expect(seen).toEqual(['/path', true, 'connecting', true])
  })

  it('holds frames back until it has decided', async () => {
    const decided = deferred<void>()
    const server = await start(echo, { processRequest: () => decided.promise })
    const peer = await RawPeer.connect(server.port)
    peer.write(UPGRADE)
    peer.send({ payload: 'early' }, { payload: 'bird' })
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(peer.text).toBe('')
    decided.resolve()
    expect(await peer.response()).toMatch(/^HTTP\/1\.1 101 /)
    expect((await peer.framesOf(2)).map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      'early',
      'bird',
    ])
  })

  it('may take too long, or come too late', async () => {
    const asked = deferred<void>()
    const decided = deferred<void>()
    const server = await start(echo, {
      openTimeout: 20,
      processRequest: () => {
        asked.resolve()
        return decided.promise
      },
    })
    await expect(open(server.url)).rejects.toThrow()
    await asked.promise
    decided.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect([server.connections.size, server.errors]).toEqual([0, []])
  })
})

it('rejects what cannot be sent', async () => {
  const server = await start(echo)
  const connection = await open(server.url)
  await expect(connection.send(1 as never)).rejects.toThrow(TypeError)
  await expect(connection.send(null as never)).rejects.toThrow(TypeError)
  await expect(connection.ping('x'.repeat(126))).rejects.toBeInstanceOf(ProtocolError)
  await expect(connection.ping(1 as never)).rejects.toThrow(TypeError)
  await expect(connection.close(1005)).rejects.toBeInstanceOf(ProtocolError)
  await expect(connection.close(1000, 'x'.repeat(124))).rejects.toBeInstanceOf(ProtocolError)
  expect(() => connection.onMessage(1 as never)).toThrow(TypeError)
  await connection.send('still open')
  expect(await take(connection, 1)).toEqual(['still open'])
})
