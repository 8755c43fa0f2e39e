import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createInspector } from '../../src/inspect/inspector.ts'
import { parseCommand, steer } from '../../src/inspect/steer.ts'
import { type Connection, connect, serve } from '../../src/node/index.ts'
import { abandonConnections, ScriptedConnection } from './helpers.ts'

afterEach(abandonConnections)

/** A client of ours that may be steered, and what the server sees of it. */
async function steerable() {
  const inspector = createInspector({ allowCommands: true })
  const accepted: Connection[] = []
  const messages: unknown[] = []
  const server = await serve(
    (connection) => {
      accepted.push(connection)
      connection.onMessage((message) => messages.push(message))
    },
    { port: 0, host: '127.0.0.1' },
  )
  onTestFinished(() => server.close({ timeout: 0 }))
  const connection = await connect(`ws://127.0.0.1:${server.port}`, { inspect: inspector })
  await vi.waitFor(() => expect(accepted).toHaveLength(1))
  const [{ id }] = inspector.connections as unknown as [{ id: string }]
  const command = (event: object) =>
    steer(inspector, id, JSON.stringify({ name: 'x', data: event, $$type: 'scxml', type: 'external' }))
  return { inspector, connection, peer: accepted[0]!, messages, id, command }
}

describe('a command', () => {
  test('sends a text', async () => {
    const { command, messages } = await steerable()
    await command({ type: 'send.text', data: 'from the page' })
    await vi.waitFor(() => expect(messages).toEqual(['from the page']))
  })

  test('sends a ping, which the peer answers', async () => {
    const { command, inspector } = await steerable()
    const types = () =>
      inspector.connections[0]!.records().map((record) => record.kind === 'step' && record.event)
    await command({ type: 'send.ping', data: 'beat' })
    await vi.waitFor(() =>
      expect(types()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'send.ping', preview: expect.objectContaining({ data: 'beat' }) }),
          expect.objectContaining({ type: 'receive.pong' }),
        ]),
      ),
    )
    await command({ type: 'send.ping' })
  })

  test('sends a Close with code and reason', async () => {
    const { command, peer, connection } = await steerable()
    await command({ type: 'send.close', code: 3001, reason: 'seen enough' })
    expect(await peer.closed).toMatchObject({ code: 3001, reason: 'seen enough', wasClean: true })
    expect(await connection.closed).toMatchObject({ wasClean: true })
    await expect(command({ type: 'send.text', data: 'late' })).rejects.toThrow('The connection is closed.')
  })

  test('cuts TCP without a word', async () => {
    const { command, peer, connection } = await steerable()
    await command({ type: 'receive.eof', transport: 'local' })
    expect(await peer.closed).toMatchObject({ code: 1006, wasClean: false })
    expect((await connection.closed).report.transportEnd).toMatchObject({ kind: 'local' })
  })

  test('is refused while the connection is closing', async () => {
    const { command, peer } = await steerable()
    // The peer does not read: it will not answer the Close.
    ;(peer as unknown as { transport: { pause(): void } }).transport.pause()
    await command({ type: 'send.close' })
    await expect(command({ type: 'send.ping' })).rejects.toThrow('The connection is closing')
    await command({ type: 'receive.eof', transport: 'local' })
  })

  test('is refused where none are allowed, or nobody can carry it out', async () => {
    const ping = '{"type":"send.ping"}'
    await expect(steer(createInspector(), 'c1', ping)).rejects.toThrow('takes no commands')
    const inspector = createInspector({ allowCommands: true })
    await expect(steer(inspector, 'c0', ping)).rejects.toThrow('There is no connection c0.')
    new ScriptedConnection(inspector)
    const [{ id }] = inspector.connections as unknown as [{ id: string }]
    await expect(steer(inspector, id, ping)).rejects.toThrow('lets nobody steer it')
  })

  test('is not possible without being allowed, however a connection was made', async () => {
    const { connection } = await steerable()
    const inspector = createInspector()
    inspector.steerable?.(connection.protocol, connection as never)
    expect(inspector.steeringOf('c1')).toBeNull()
  })
})

describe('what is no command is refused', () => {
  test.each([
    ['', 'not JSON'],
    ['1', 'not an event'],
    ['{}', 'There is no command undefined.'],
    ['{"type":"send.binary"}', 'There is no command send.binary.'],
    ['{"type":"receive.eof"}', 'There is no command receive.eof.'],
    ['{"type":"send.text"}', 'data must be text'],
    ['{"type":"send.text","data":1}', 'data must be text'],
    [`{"type":"send.ping","data":"${'é'.repeat(63)}"}`, 'at most 125 bytes'],
    ['{"type":"send.close","code":"1000"}', 'must be a number'],
    ['{"type":"send.close","code":1005}', '1005'],
    ['{"type":"send.close","code":1000.5}', '1000.5'],
    ['{"type":"send.close","reason":"why"}', 'must be a number'],
    [`{"type":"send.close","code":1000,"reason":"${'a'.repeat(124)}"}`, '123'],
    ['{"type":"send.close","code":1000,"reason":7}', 'reason must be text'],
  ])('%s', (json, message) => {
    expect(() => parseCommand(json)).toThrow(message)
  })

  test('and what is one is understood, in its envelope or without', () => {
    const event = { type: 'send.close', code: 1000, reason: '' }
    expect(parseCommand(JSON.stringify(event))).toEqual(event)
    expect(parseCommand(JSON.stringify({ name: 'send.close', data: event, $$type: 'scxml' }))).toEqual(event)
    expect(parseCommand('{"type":"send.text","data":"{}"}')).toEqual({ type: 'send.text', data: '{}' })
  })
})
