import net from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Connection } from '../../src/node/index.ts'
import { all, certificate, deferred, echo, open, start, take, until } from './helpers.ts'

const trusting = { tls: { ca: certificate.cert } }

describe('wss', () => {
  it('echoes, and closes cleanly, whoever begins', async () => {
    for (const from of ['client', 'server'] as const) {
      const connected = deferred<Connection>()
      const server = await start(connected.resolve, { tls: certificate })
      const client = await open(server.url, trusting)
      const peer = await connected.promise
      await client.send('x'.repeat(200_000))
      expect(await take(peer, 1)).toEqual(['x'.repeat(200_000)])
      await (from === 'client' ? client : peer).close()
      for (const end of [await client.closed, await peer.closed]) {
        expect(end).toMatchObject({ code: 1000, wasClean: true, report: { transportEnd: { kind: 'end' } } })
      }
    }
  })

  it('verifies certificates', async () => {
    const server = await start(echo, { tls: certificate })
    await expect(open(server.url)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    const named = open(server.url.replace('127.0.0.1', 'localhost'), {
      tls: { ...trusting.tls, servername: 'example.com' },
    })
    await expect(named).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    await open(server.url.replace('127.0.0.1', 'localhost'), trusting)
    expect(server.errors).toEqual([])
  })

  it('is not spoken by a server of ws, nor the other way round', async () => {
    const plain = await start(echo)
    await expect(open(plain.url.replace('ws:', 'wss:'), trusting)).rejects.toHaveProperty('code')
    const secure = await start(echo, { tls: certificate })
    await expect(open(secure.url.replace('wss:', 'ws:'))).rejects.toHaveProperty('code')
    await open(secure.url, trusting)
    expect([plain.errors, secure.errors]).toEqual([[], []])
  })

  it('delivers everything before the end', async () => {
    const server = await start(
      async (connection) => {
        for (let i = 0; i < 30; i++) void connection.send(new Uint8Array(100_000))
        void connection.close()
      },
      { tls: certificate },
    )
    const client = await open(server.url, trusting)
    expect(await all(client)).toHaveLength(30)
    expect((await client.closed).wasClean).toBe(true)
  })

  it('lets the server close although a client never finishes its handshake', async () => {
    const server = await start(echo, { tls: certificate })
    const socket = net.connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    const client = await open(server.url, trusting)
    await server.close()
    await until(() => socket.destroyed)
    expect(await client.closed).toMatchObject({ code: 1001 })
  })
})
