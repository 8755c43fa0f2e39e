/** Peers that never get through the opening handshake. */
import type net from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { OpenTimeoutError } from '../../src/node/index.ts'
import { echo, open, RawPeer, rawServer, start, take, UPGRADE, until } from '../node/helpers.ts'
import { MiB, memory, sockets, socketsBackTo, Writer } from './helpers.ts'

// Counting is what it is about: a machine that is busy may take longer.
vi.setConfig({ testTimeout: 120_000 })

/** Writes a byte of `text` now and then. */
function drip(socket: net.Socket, text: string): void {
  let at = 0
  const timer = setInterval(() => {
    if (socket.writable) socket.write(text.charAt(at++ % text.length))
  }, 15)
  const stop = () => clearInterval(timer)
  socket.on('close', stop)
  onTestFinished(stop)
}

describe('a handshake that drips', () => {
  it('is given up by the server after openTimeout, each of 50', async () => {
    const before = sockets()
    const server = await start(echo, { openTimeout: 200 })
    const peers = await Promise.all(Array.from({ length: 50 }, () => RawPeer.connect(server.port)))
    for (const { socket } of peers) drip(socket, UPGRADE)
    for (const peer of peers) await peer.end()
    for (const { socket } of peers) socket.destroy()
    await socketsBackTo(before)
    expect(server.connections.size).toBe(0)
    expect(server.errors).toEqual([])
    const next = await open(server.url)
    await next.send('still serving')
    expect(await take(next, 1)).toEqual(['still serving'])
  })

  it('is given up by a client after openTimeout', async () => {
    const { url } = await rawServer(({ socket }) => drip(socket, 'HTTP/1.1 101 Switching Protocols\r\n'))
    await expect(open(url, { openTimeout: 200 })).rejects.toBeInstanceOf(OpenTimeoutError)
  })
})

describe('a handshake without end', () => {
  const line = Buffer.from(`X-Filler: ${'x'.repeat(1_000)}\r\n`)
  const endless: [what: string, head: string, chunk: Uint8Array, status: number | null][] = [
    ['of headers', 'GET / HTTP/1.1\r\nHost: localhost\r\n', line, 431],
    ['of one header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: ', Buffer.alloc(1_000, 'x'), 431],
    ['of a path', 'GET /', Buffer.alloc(1_000, 'x'), 414],
    ['of a method', '', Buffer.alloc(1_000, 'X'), null],
    ['of empty lines', '', Buffer.from('\r\n'.repeat(500)), null],
    ['of small headers', 'GET / HTTP/1.1\r\nHost: localhost\r\n', Buffer.from('a:b\r\n'.repeat(200)), 431],
  ]

  it.each(endless)(
    '%s is refused by the server before 1 MiB of it came',
    async (_what, head, chunk, status) => {
      const server = await start(echo, { openTimeout: 60_000, closeTimeout: 500 })
      const peer = await RawPeer.connect(server.port)
      const before = memory()
      peer.write(head)
      let written = 0
      while (!peer.ended && !peer.closed && written < MiB) {
        peer.write(chunk)
        written += chunk.length
        await new Promise((resolve) => setImmediate(resolve))
      }
      expect(written).toBeLessThan(MiB)
      if (status !== null) expect(peer.text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(memory() - before).toBeLessThan(4 * MiB)
      peer.socket.end()
      await until(() => peer.closed)
    },
  )

  const answers: [what: string, head: string, chunk: string][] = [
    ['of headers', 'HTTP/1.1 101 Switching Protocols\r\n', `X-Filler: ${'x'.repeat(1_000)}\r\n`],
    ['of a reason', 'HTTP/1.1 101 ', 'x'.repeat(1_000)],
    ['of a body', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'x'.repeat(1_000)],
    [
      'of chunks',
      'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n',
      `3e8\r\n${'x'.repeat(1_000)}\r\n`,
    ],
    [
      'of a chunk extension',
      'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n1;',
      'x'.repeat(1_000),
    ],
    ['of informational responses', '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(20)],
  ]

  it.each(answers)('%s is refused by a client before 4 MiB of it came', async (_what, head, chunk) => {
    let written = 0
    const { url } = await rawServer((peer) => {
      peer.write(head)
      const pour = () => {
        if (peer.closed || peer.ended || written >= 4 * MiB) return
        written += chunk.length
        peer.write(chunk)
        setImmediate(pour)
      }
      pour()
    })
    await expect(open(url, { openTimeout: 60_000, closeTimeout: 500 })).rejects.toMatchObject({
      name: expect.stringMatching(/Error$/),
      code: expect.not.stringMatching(/OPEN_TIMEOUT/),
    })
    expect(written).toBeLessThan(4 * MiB)
  })
})

it('bytes behind a request that is being decided about are bounded', async () => {
  let decide = () => {}
  const decided = new Promise<void>((resolve) => {
    decide = resolve
  })
  const server = await start(echo, { processRequest: () => decided, openTimeout: 60_000 })
  const peer = await Writer.connect(server.port, false)
  peer.socket.write(UPGRADE)
  await peer.pour(new Uint8Array(65_536), 64 * MiB)
  // What the two systems hold is theirs; the server has not read on.
  expect(peer.left).toBeLessThan(32 * MiB)
  decide()
})
