import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { Running, run, startServe } from './run.ts'

async function open(url: string, options = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, options)
  await once(socket, 'open')
  return socket
}

describe('wirechart serve', () => {
  it('says where it listens, a line each, and echoes text and binary', async () => {
    const { running, url } = await startServe()
    const [, page] = await running.prints(/^inspector on (http:\/\/127\.0\.0\.1:\d+\/)$/m)
    expect(running.stdout).toBe(`listening on ${url}\ninspector on ${page}\n`)

    const socket = await open(url)
    socket.send('hello')
    expect(String((await once(socket, 'message'))[0])).toBe('hello')
    socket.send(Uint8Array.of(0, 255))
    expect((await once(socket, 'message'))[0]).toEqual(Buffer.from([0, 255]))
    socket.close(1000)
    expect((await once(socket, 'close'))[0]).toBe(1000)
  })

  it('serves the page of the inspector', async () => {
    const { running } = await startServe()
    const [, page] = await running.prints(/^inspector on (\S+)$/m)
    const response = await fetch(page!)
    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(/<title>wirechart/i)
    expect(await (await fetch(new URL('config.json', page))).json()).toMatchObject({ feed: '/feed' })
  })

  it('serves no inspector with --no-inspect', async () => {
    const { running } = await startServe('--no-inspect')
    running.child.kill('SIGTERM')
    expect((await running.ended).stdout).not.toContain('inspector')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'closes every connection with 1001 on %s, and exits 0',
    async (signal) => {
      const { running, url } = await startServe()
      const sockets = [await open(url), await open(url)]
      const closes = sockets.map((socket) => once(socket, 'close'))
      running.child.kill(signal)
      for (const close of closes) expect((await close)[0]).toBe(1001)
      expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
    },
  )

  it('accepts messages of 64 MiB, and fewer with --max-size', async () => {
    const { url } = await startServe('--max-size', '1000')
    const socket = await open(url)
    socket.send('a'.repeat(1000))
    expect(String((await once(socket, 'message'))[0])).toHaveLength(1000)
    socket.send('a'.repeat(1001))
    expect((await once(socket, 'close'))[0]).toBe(1009)

    const large = await open((await startServe()).url, { maxPayload: 2 ** 27 })
    large.send(new Uint8Array(2 ** 26))
    expect((await once(large, 'message'))[0]).toHaveLength(2 ** 26)
    large.send(new Uint8Array(2 ** 26 + 1))
    expect((await once(large, 'close'))[0]).toBe(1009)
  })

  it('compresses unless --no-compression', async () => {
    expect((await open((await startServe()).url)).extensions).toContain('permessage-deflate')
    expect((await open((await startServe('--no-compression')).url)).extensions).toBe('')
  })

  it('goes on serving behind a client that breaks the protocol', async () => {
    const { url } = await startServe()
    const bad = await open(url)
    const closed = once(bad, 'close')
    ;(bad as unknown as { _socket: { write(data: Uint8Array): void } })._socket.write(
      Uint8Array.of(0x83, 0x80, 0, 0, 0, 0),
    )
    expect((await closed)[0]).toBe(1002)
    const good = await open(url)
    good.send('still here')
    expect(String((await once(good, 'message'))[0])).toBe('still here')
  })

  it.each(['--port', '--inspect-port'])('says which port is in use (%s), and exits 1', async (option) => {
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const { code, stderr } = await run(['serve', '--port', '0', '--inspect-port', '0', option, String(port)])
    expect(stderr).toMatch(new RegExp(`^wirechart: .*${port}.*\n$`))
    expect(code).toBe(1)
  })

  it.each([
    [['serve', '--port', 'http'], /--port takes a whole number from 0 to 65535, not 'http'/],
    [['serve', '--port', '65536'], /--port/],
    [['serve', '--port', '-1'], /--port/],
    [['serve', '--inspect-port', '1e3'], /--inspect-port/],
    [['serve', '--max-size', '1MB'], /--max-size/],
    [['serve', '--host', ''], /--host/],
    [['serve', '--port'], /--port/],
    [['serve', '--colour'], /--colour/],
    [['serve', 'here'], /here/],
    [['listen'], /no command 'listen'/],
    [[], /a command is missing/],
    [['connect'], /connect needs a URL/],
    [['connect', 'ws://a', 'ws://b'], /ws:\/\/b/],
    [['connect', 'http://127.0.0.1'], /scheme/],
    [['connect', 'ws://127.0.0.1:99999'], /port/],
    [['connect', 'nonsense'], /scheme/],
  ])('%j is refused in one line, with exit status 2', async (args, complaint) => {
    const { code, stdout, stderr } = await run(args)
    expect(stderr).toMatch(/^wirechart: [^\n]+\n$/)
    expect(stderr).toMatch(complaint)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('explains itself with --help, and tells its version', async () => {
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('wirechart serve'),
    })
    expect(await run(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })

  it('is stopped by a signal also while nothing is connected', async () => {
    const running = new Running(['serve', '--port', '0', '--no-inspect'])
    await running.prints(/listening/)
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(0)
  })
})
