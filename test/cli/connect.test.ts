import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { Running, run, startServe } from './run.ts'

async function serverOf(onConnection: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', onConnection)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('wirechart connect, from a pipe', () => {
  it('sends each line, prints as many replies, closes with 1000 and exits 0', async () => {
    const { url } = await startServe()
    expect(await run(['connect', url], 'one\ntwo\n\nüber\n')).toEqual({
      code: 0,
      stdout: 'one\ntwo\n\nüber\n',
      stderr: '',
    })
  })

  it('closes the connection properly', async () => {
    let closed: Promise<unknown[]> | undefined
    const url = await serverOf((socket) => {
      closed = once(socket, 'close')
      socket.on('message', (data) => socket.send(`got ${data}`))
    })
    expect(await run(['connect', url], 'x\n')).toMatchObject({ code: 0, stdout: 'got x\n' })
    expect((await closed!)[0]).toBe(1000)
  })

  it('ends after 2 s of silence when replies do not come', async () => {
    const url = await serverOf((socket) => socket.on('message', () => {}))
    expect(await run(['connect', url], 'is there anybody?\n')).toMatchObject({ code: 0, stdout: '' })
  })

  it('shows a binary message as hex', async () => {
    const url = await serverOf((socket) => socket.on('message', () => socket.send(Uint8Array.of(1, 0xff))))
    expect((await run(['connect', url], 'x\n')).stdout).toBe('(binary, 2 bytes) 01ff\n')
  })

  it('exits 1 when the connection is lost', async () => {
    const url = await serverOf((socket) => socket.on('message', () => socket.terminate()))
    const { code, stderr } = await run(['connect', url], 'x\n')
    expect(stderr).toMatch(/^wirechart: .*1006/)
    expect(code).toBe(1)
  })

  it('exits 1 when the peer closes for a reason, and says which', async () => {
    const url = await serverOf((socket) => socket.on('message', () => socket.close(1011, 'oops\x1b[31m')))
    expect(await run(['connect', url], 'x\n')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'wirechart: the connection was closed for a reason: 1011 oops\\u001b[31m\n',
    })
  })

  it('exits 0 when the peer closes normally before it has replied', async () => {
    const url = await serverOf((socket) => socket.on('message', () => socket.close(1000)))
    expect(await run(['connect', url], 'x\n')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('closes when nobody reads any more what it prints', async () => {
    let closed: Promise<unknown[]> | undefined
    const url = await serverOf((socket) => {
      closed = once(socket, 'close')
      socket.on('message', (data) => socket.send(String(data)))
    })
    const running = new Running(['connect', url])
    running.child.stdin.on('error', () => {})
    running.child.stdin.write('one\n')
    await running.prints(/^one$/m)
    running.child.stdout.destroy()
    running.child.stdin.write('two\n')
    expect(await running.ended).toEqual({ code: 0, stdout: 'one\n', stderr: '' })
    expect((await closed!)[0]).toBe(1001)
  })

  it('exits 1 with one line when nobody listens', async () => {
    const { code, stderr } = await run(['connect', 'ws://127.0.0.1:1'])
    expect(stderr).toMatch(/^wirechart: [^\n]*ECONNREFUSED[^\n]*\n$/)
    expect(code).toBe(1)
  })

  it('says with which status a server refused', async () => {
    const { running } = await startServe()
    const [, page] = await running.prints(/^inspector on http:(\S+)$/m)
    const { code, stderr } = await run(['connect', `ws:${page}`])
    expect(stderr).toMatch(/^wirechart: [^\n]*\b4\d\d\b[^\n]*\n$/)
    expect(code).toBe(1)
  })

  it('closes with 1001 on SIGINT, and exits 0', async () => {
    let connected: (socket: WebSocket) => void = () => {}
    const connection = new Promise<WebSocket>((resolve) => (connected = resolve))
    const url = await serverOf((socket) => connected(socket))
    const running = new Running(['connect', url])
    const closed = once(await connection, 'close')
    running.child.kill('SIGINT')
    expect((await closed)[0]).toBe(1001)
    expect((await running.ended).code).toBe(0)
  })
})
