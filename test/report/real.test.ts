/** The report over the records of real protocols, joined in memory. */
import { describe, expect, test } from 'vitest'
import { permessageDeflate } from '../../src/deflate/node.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import type { WireRecord } from '../../src/inspect/records.ts'
import { Request, Response } from '../../src/protocol/index.ts'
import { crossingsOf } from '../../src/report/crossings.ts'
import { type CloseReport, closeReportOf } from '../../src/report/report.ts'
import { pair } from '../../src/testing/pair.ts'

function watched(options: { open?: boolean; deflate?: boolean } = {}) {
  const inspector = createInspector()
  const records: WireRecord[] = []
  inspector.subscribe((record) => records.push(record))
  const extensions = options.deflate ? [permessageDeflate()] : []
  const joined = pair({
    client: { inspect: inspector, extensions },
    server: { inspect: inspector, extensions },
    open: options.open ?? true,
  })
  const of = (side: 'client' | 'server') => {
    const id = records.find((record) => record.kind === 'connection' && record.side === side)!.connection
    return records.filter((record) => record.connection === id)
  }
  return { joined, of, report: (side: 'client' | 'server'): CloseReport => closeReportOf(of(side))! }
}

const ids = ({ known, inferred }: CloseReport) => [...known, ...inferred].map(({ id }) => id)

describe('the close report of real connections', () => {
  test('agrees on both sides about who closed', () => {
    const { joined, report } = watched()
    joined.client.sendClose(1000, 'done')
    joined.flow()
    for (const side of ['client', 'server'] as const) {
      expect(report(side)).toMatchObject({
        outcome: 'clean',
        closedFirst: 'client',
        code: 1000,
        reason: 'done',
      })
      expect(ids(report(side))).not.toContain('close.crossed')
      expect(ids(report(side))).not.toContain('tcp.clientFirst')
    }
    expect(report('client').known.find(({ id }) => id === 'tcp.end')!.says).toBe(
      'The FIN of the server came before the client had ended its own half of TCP.',
    )
  })

  test('has the code of the Close frames that crossed', () => {
    const { joined, report } = watched()
    joined.client.sendClose(4000)
    joined.server.sendClose(4001)
    joined.flow()
    expect(report('client')).toMatchObject({ outcome: 'clean', closedFirst: 'client', code: 4001 })
    expect(report('server')).toMatchObject({ outcome: 'clean', closedFirst: 'server', code: 4000 })
    expect(ids(report('server'))).toContain('close.crossed')
  })

  test('tells of the end in the middle of a frame', () => {
    const { joined, report } = watched()
    joined.client.sendText('never to arrive whole')
    joined.toServer.flow(5)
    joined.toServer.cut({ kind: 'end' })
    expect(report('server')).toMatchObject({ outcome: 'abnormal', code: 1006, closedFirst: null })
    expect(ids(report('server'))).toEqual(['close.none', 'eof.midFrame', 'tcp.end', 'peer.vanished'])
  })

  test('tells of the rule that was broken, and at which byte', () => {
    const { joined, report } = watched()
    joined.toServer.inject(Uint8Array.of(0x81, 0x01, 0x61))
    joined.flow()
    const server = report('server')
    expect(server.known.find(({ id }) => id === 'failed.rule')!.says).toBe(
      'The server failed the connection because of what the client sent: frame from a client is not masked (rule MASK_MISSING, section 5.1), at byte 1 after the opening handshake.',
    )
    // The other side sees a Close that blames it.
    expect(report('client').closedFirst).toBe('server')
    expect(ids(report('client'))).toContain('close.blame')
  })

  test('tells of a handshake that was refused', () => {
    const { joined, report } = watched({ open: false })
    joined.client.sendRequest(joined.client.connect())
    joined.toServer.flow()
    expect(joined.server.eventsReceived()[0]).toBeInstanceOf(Request)
    joined.server.sendResponse(joined.server.reject(403, 'no'))
    joined.flow()
    expect(joined.client.eventsReceived()[0]).toBeInstanceOf(Response)
    for (const side of ['client', 'server'] as const) {
      expect(report(side)).toMatchObject({ outcome: 'refused', code: null, closedFirst: null })
      expect(report(side).headline).toBe(
        'The opening handshake was refused by the server with 403 Forbidden.',
      )
      expect(ids(report(side))).toContain('handshake.likelyCause')
    }
  })
})

test('what crossed the wire is the same seen from both sides', () => {
  const { joined, of } = watched({ deflate: true })
  joined.client.sendText('a'.repeat(100))
  joined.client.sendPing(Uint8Array.of(1, 2, 3))
  joined.client.sendText('begun', false)
  joined.toServer.flow()
  joined.server.sendClose(4000, 'enough')
  joined.flow()
  const crossed = (side: 'client' | 'server', from: 'client' | 'server') =>
    of(side)
      .flatMap((record) => (record.kind === 'step' ? crossingsOf(record, side) : []))
      .filter((crossing) => crossing.from === from && crossing.kind !== 'end')
      .map(({ name, fin, length, code, reason }) => ({ name, fin, length, code, reason }))
  expect(crossed('client', 'client')).toEqual(crossed('server', 'client'))
  expect(crossed('client', 'server')).toEqual(crossed('server', 'server'))
  expect(crossed('server', 'server').map(({ name }) => name)).toEqual(['response', 'pong', 'close'])
})
