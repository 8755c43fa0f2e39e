/** What a list says of a connection, told from its steps by the page, and by a process that keeps them to itself. */
import { describe, expect, test } from 'vitest'
import { gistOf as gistOfRecords } from '../inspector/gist.ts'
import { Story } from './story.ts'

const gistOf = ({ about, steps }: Story) => gistOfRecords(about, steps)

const server = () => new Story('server')

describe('the gist of a connection', () => {
  test('is what was asked for, and no trouble where there was none', () => {
    const story = server().open().receiveText()
    expect(gistOf(story)).toEqual({ path: '/', trouble: null })
    story.receiveClose(1000).eof()
    expect(gistOf(story)).toEqual({ path: '/', trouble: null })
    expect(gistOf(new Story('client').open().sendClose(1000).receiveClose(1000).eof()).trouble).toBe(null)
  })

  test.each([
    ['refused: 403 Forbidden', server().request().response('403 Forbidden').eof()],
    ['refused: 502 Bad Gateway', new Story('client').request().response('502 Bad Gateway').eof()],
    [
      'the handshake failed: wrong Sec-WebSocket-Accept',
      new Story('client')
        .request()
        .response('101 Switching Protocols', false, { message: 'wrong Sec-WebSocket-Accept' })
        .eof(),
    ],
    [
      'the handshake failed: this is not HTTP',
      server().take({ type: 'receive.invalidHandshake' }, { message: 'this is not HTTP' }).eof(),
    ],
    ['failed with 1002: frame from a client is not masked', server().open().invalid().eof()],
    [
      'failed with 1002: no message to continue',
      server()
        .open()
        .take({ type: 'receive.continuation', fin: true }, { message: 'no message to continue' })
        .eof('reset'),
    ],
    [
      'failed with 1011: out of order',
      server().open().take({ type: 'fail', code: 1011, reason: 'out of order' }),
    ],
    ['given up without a Close frame', server().open().take({ type: 'fail.silently' }).eof('local')],
    ['TCP ended without a Close frame', server().open().eof()],
    ['TCP was reset without a Close frame', server().open().receiveText('a', false).eof('reset')],
    ['our Close was not answered, TCP was cut here', server().open().sendClose(1000).eof('local')],
    ['TCP ended before it was open', server().eof()],
    ['TCP timed out before it was open', new Story('client').request().eof('timeout')],
  ])('is “%s”', (trouble, story) => {
    expect(gistOf(story).trouble).toBe(trouble)
  })
})
