/** Guide, point 10: `feed` and `nextEvent`, for hosts that answer one frame before the next is looked at. */
import { describe, expect, it } from 'vitest'
import { type Protocol, ServerProtocol } from '../../src/protocol/index.ts'
import { awaitingResponse, requestBytes, responseBytes } from './handshakes.ts'
import { established, eventWord } from './scene.ts'
import { concat, Peer, peerOf, sides, words } from './wire.ts'

/** The next event and what is to be sent behind it, as words. */
function step(protocol: Protocol): [string | null, string[]] {
  const event = protocol.nextEvent()
  return [event === null ? null : eventWord(event), words(protocol.side, protocol.dataToSend())]
}

describe('feed()', () => {
  it.each(sides)('of a %s looks at nothing', (side) => {
    const protocol = established(side)
    protocol.feed(new Peer(peerOf(side)).close(1000))
    expect(protocol.state).toBe('open')
    expect(protocol.dataToSend()).toEqual([])
    protocol.feed(new Uint8Array(0))
    expect(step(protocol)).toEqual([
      'close(1000)',
      side === 'server' ? ['close(1000)', 'EOF'] : ['close(1000)'],
    ])
  })
})

describe('nextEvent()', () => {
  it.each(sides)('of a %s gives one event, and its answer is out before the next is looked at', (side) => {
    const protocol = established(side)
    const peer = new Peer(peerOf(side))
    protocol.feed(concat(peer.ping('1'), peer.text('2'), peer.ping('3'), peer.frame(3), peer.ping('4')))
    expect(step(protocol)).toEqual(['ping(1)', ['pong(1)']])
    protocol.sendText('mine')
    expect(step(protocol)).toEqual(['text(2)', ['text(mine)']])
    expect(step(protocol)).toEqual(['ping(3)', ['pong(3)']])
    expect(protocol.state).toBe('open')
    const [none, sent] = step(protocol)
    expect(none).toBeNull()
    expect(sent[0]).toMatch('close(1002 ')
    expect(protocol.value.lifecycle).toEqual({ closing: 'failed' })
    expect(step(protocol)).toEqual([null, []])
  })

  it.each(sides)('of a %s is null while a frame is not whole', (side) => {
    const protocol = established(side)
    const data = new Peer(peerOf(side)).text('hello')
    protocol.feed(data.slice(0, 3))
    expect(protocol.nextEvent()).toBeNull()
    protocol.feed(data.slice(3))
    expect(step(protocol)).toEqual(['text(hello)', []])
    expect(protocol.nextEvent()).toBeNull()
  })

  it.each(sides)('of a %s does not look at what is behind a failure of ours', (side) => {
    const protocol = established(side)
    const peer = new Peer(peerOf(side))
    protocol.feed(concat(peer.text('1'), peer.text('2'), peer.close(1000)))
    protocol.nextEvent()
    protocol.fail(1008)
    protocol.dataToSend()
    expect(step(protocol)).toEqual([null, []])
    expect(protocol.closeReceived).toBeNull()
  })

  it.each(sides)('of a %s still delivers what is behind our Close', (side) => {
    const protocol = established(side)
    const peer = new Peer(peerOf(side))
    protocol.feed(concat(peer.text('1'), peer.text('2'), peer.close(1001)))
    protocol.nextEvent()
    protocol.sendClose(1000)
    expect(step(protocol)).toEqual(['text(2)', ['close(1000)']])
    expect(protocol.value.lifecycle).toEqual({ closing: 'initiated' })
    expect(step(protocol)).toEqual(['close(1001)', side === 'server' ? ['EOF'] : []])
  })
})

describe('the end of the stream', () => {
  it.each(sides)('queues behind what was fed to a %s', (side) => {
    const protocol = established(side)
    const peer = new Peer(peerOf(side))
    protocol.feed(concat(peer.text('1'), peer.close(1000)))
    protocol.receiveEof()
    expect(protocol.state).toBe('open')
    expect(protocol.dataToSend()).toEqual([])
    expect(step(protocol)[0]).toBe('text(1)')
    expect(protocol.state).toBe('open')
    expect(step(protocol)[0]).toBe('close(1000)')
    expect(protocol.state).toBe('closing')
    expect(step(protocol)).toEqual([null, side === 'client' ? ['EOF'] : []])
    expect(protocol.value.lifecycle).toEqual({ closed: 'cleanly' })
    expect(protocol.closeCode).toBe(1000)
  })

  it.each(sides)('takes effect at once on a %s when nothing is waiting', (side) => {
    const protocol = established(side)
    protocol.feed(new Peer(peerOf(side)).text('1'))
    protocol.nextEvent()
    expect(protocol.nextEvent()).toBeNull()
    protocol.receiveEof()
    expect(protocol.state).toBe('closed')
    expect(words(side, protocol.dataToSend())).toEqual(['EOF'])
  })

  it.each(sides)('lets a %s answer what was fed before it', (side) => {
    const protocol = established(side)
    protocol.feed(new Peer(peerOf(side)).ping('?'))
    protocol.receiveEof()
    expect(step(protocol)).toEqual(['ping(?)', ['pong(?)']])
    protocol.sendText('still open')
    expect(step(protocol)).toEqual([null, ['text(still open)', 'EOF']])
  })

  it.each(sides)('drops what is fed to a %s behind it', (side) => {
    const protocol = established(side)
    const peer = new Peer(peerOf(side))
    protocol.feed(peer.text('1'))
    protocol.receiveEof()
    protocol.feed(peer.text('2'))
    protocol.receiveEof({ kind: 'reset' })
    expect(step(protocol)[0]).toBe('text(1)')
    expect(step(protocol)).toEqual([null, ['EOF']])
    expect(protocol.transportEnd).toEqual({ kind: 'end' })
    protocol.feed(peer.text('3'))
    expect(step(protocol)).toEqual([null, []])
  })

  it('completes the body of a refusal: that is an event, and then it is over', () => {
    const client = awaitingResponse()
    client.feed(responseBytes({}, 'HTTP/1.1 404 Not Found', 'all'))
    client.receiveEof()
    expect(step(client)).toEqual(['HTTP/1.1 404 Not Found', ['EOF']])
    expect(step(client)).toEqual([null, []])
    expect(client.state).toBe('closed')
  })

  it('behind a request waits for the answer of a host that steps', () => {
    const server = new ServerProtocol()
    server.feed(concat(requestBytes(), new Peer('client').ping('early')))
    server.receiveEof()
    const request = server.nextEvent()
    if (request?.type !== 'request') throw new Error('no request')
    server.sendResponse(server.accept(request))
    expect(words('server', server.dataToSend())).toEqual(['HTTP/1.1 101 Switching Protocols'])
    expect(step(server)).toEqual(['ping(early)', ['pong(early)']])
    expect(step(server)).toEqual([null, ['EOF']])
  })
})

describe('a handshake that is stepped', () => {
  it('lets the end of the stream queue behind what was held', () => {
    const server = new ServerProtocol()
    server.feed(concat(requestBytes(), new Peer('client').ping('held')))
    const request = server.nextEvent()
    if (request?.type !== 'request') throw new Error('no request')
    expect(server.nextEvent()).toBeNull()
    server.sendResponse(server.accept(request))
    server.receiveEof()
    expect(server.state).toBe('open')
    expect(step(server)).toEqual(['ping(held)', ['HTTP/1.1 101 Switching Protocols', 'pong(held)']])
    expect(step(server)).toEqual([null, ['EOF']])
  })

  it('holds what was fed in pieces of its own behind the request, whatever becomes of those', () => {
    const server = new ServerProtocol()
    const ahead = new Peer('client').text('ahead')
    server.feed(requestBytes())
    server.feed(ahead)
    const request = server.nextEvent()
    if (request?.type !== 'request') throw new Error('no request')
    expect(server.nextEvent()).toBeNull()
    ahead.fill(0)
    server.sendResponse(server.accept(request))
    expect(step(server)[0]).toBe('text(ahead)')
  })

  it('gives the request, then nothing until it is answered, then one frame at a time', () => {
    const server = new ServerProtocol()
    const peer = new Peer('client')
    server.feed(concat(requestBytes(), peer.ping('1'), peer.text('2')))
    const request = server.nextEvent()
    if (request?.type !== 'request') throw new Error('no request')
    expect(server.nextEvent()).toBeNull()
    server.feed(peer.ping('3'))
    server.sendResponse(server.accept(request))
    expect(words('server', server.dataToSend())).toEqual(['HTTP/1.1 101 Switching Protocols'])
    expect(step(server)).toEqual(['ping(1)', ['pong(1)']])
    expect(step(server)).toEqual(['text(2)', []])
    expect(step(server)).toEqual(['ping(3)', ['pong(3)']])
    expect(step(server)).toEqual([null, []])
  })

  it('gives the response, then one frame at a time', () => {
    const client = awaitingResponse()
    const peer = new Peer('server')
    client.feed(concat(responseBytes(), peer.ping('1')))
    client.feed(peer.text('2'))
    expect(step(client)).toEqual(['HTTP/1.1 101 Switching Protocols', []])
    client.sendText('hello')
    expect(step(client)).toEqual(['ping(1)', ['text(hello)', 'pong(1)']])
    expect(step(client)).toEqual(['text(2)', []])
    expect(step(client)).toEqual([null, []])
  })
})

describe('eventsReceived()', () => {
  it.each(sides)('of a %s is nextEvent() until null', (side) => {
    const peer = new Peer(peerOf(side))
    const stream = concat(
      peer.text('1', false),
      peer.ping('2'),
      peer.continuation('3', true),
      peer.close(1000),
    )
    const [one, other] = [established(side), established(side)]
    for (const protocol of [one, other]) {
      protocol.feed(stream.slice())
      protocol.receiveEof()
    }
    const events: string[] = []
    for (let event = one.nextEvent(); event !== null; event = one.nextEvent()) events.push(eventWord(event))
    expect(other.eventsReceived().map(eventWord)).toEqual(events)
    expect(events).toEqual(['text(1)+', 'ping(2)', 'continuation(3)', 'close(1000)'])
    expect(other.value).toEqual(one.value)
    expect(other.state).toBe('closed')
  })

  it.each(sides)('of a %s has what was fed before what is received behind it', (side) => {
    const protocol = established(side)
    const peer = new Peer(peerOf(side))
    protocol.feed(peer.text('1'))
    protocol.receiveData(peer.text('2'))
    protocol.feed(peer.text('3'))
    expect(protocol.nextEvent()).toMatchObject({ opcode: 1 })
    protocol.receiveData(peer.text('4'))
    expect(protocol.eventsReceived().map(eventWord)).toEqual(['text(2)', 'text(3)', 'text(4)'])
  })
})
