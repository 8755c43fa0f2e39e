import { describe, expect, test } from 'vitest'
import { reportRules } from '../../src/report/rules.ts'
import { frame, Story } from './story.ts'

const server = () => new Story('server')
const client = () => new Story('client')

/** For each rule: a story in which it finds something, what it says, and one in which it finds nothing. */
const cases: Record<string, { told: () => Story; says: string | RegExp; not: () => Story }> = {
  'records.dropped': {
    told: () => server().open().receiveText().receiveText().dropBefore(3),
    says: '2 older records of this connection are not kept; what they told is missing here.',
    not: () => server().open(),
  },
  'not.over': {
    told: () => server().open().sendClose(1000),
    says: 'The connection has not ended: it is closing, initiated.',
    not: () => server().open().eof(),
  },
  'handshake.noRequest': {
    told: () => server().after(5).eof(),
    says: 'TCP ended before the client had sent its request.',
    not: () => server().request().eof(),
  },
  'handshake.noResponse': {
    told: () => client().request().eof(),
    says: 'The server never answered the request.',
    not: () => client().open().eof(),
  },
  'handshake.refused': {
    told: () => client().request().response('403 Forbidden').eof(),
    says: /^The server refused the opening handshake: 403 Forbidden\. There never was/,
    not: () => client().open().eof(),
  },
  'handshake.wrongResponse': {
    told: () =>
      client()
        .request()
        .response('101 Switching Protocols', false, { message: 'the header Sec-WebSocket-Accept is wrong' })
        .eof(),
    says: 'The server answered 101, but the client does not accept it: the header Sec-WebSocket-Accept is wrong.',
    not: () => client().request().response('403 Forbidden').eof(),
  },
  'handshake.invalid': {
    told: () => server().take({ type: 'receive.invalidHandshake' }, { message: 'not HTTP' }).eof(),
    says: 'What the client sent is not an opening handshake: not HTTP.',
    not: () => server().request().response('403 Forbidden').eof(),
  },
  'handshake.code': {
    told: () => client().request().response('403 Forbidden').eof(),
    says: 'An application that asks for the close code gets 1006, which stands for an end without a Close frame.',
    not: () => client().open().eof(),
  },
  'handshake.gaveUp': {
    told: () => client().request().after(10_000).eof('local'),
    says: 'This side gave up after 10.0 s: its limit for the opening handshake is likely to have run out.',
    not: () => client().request().after(10_000).eof('end'),
  },
  'handshake.likelyCause': {
    told: () => client().request().response('502 Bad Gateway').eof(),
    says: 'A proxy is likely to have answered in place of a server that is down or overloaded.',
    not: () => client().request().response('418 Teapot').eof(),
  },
  'handshake.notWebSocket': {
    told: () => server().take({ type: 'receive.invalidHandshake' }).eof(),
    says: /^Something else than a WebSocket client seems to have connected/,
    not: () => server().eof(),
  },
  'failed.rule': {
    told: () => server().open().invalid(),
    says: 'The server failed the connection because of what the client sent: frame from a client is not masked (rule MASK_MISSING, section 5.1), at byte 11 after the opening handshake.',
    not: () => server().open().take({ type: 'fail', code: 1011 }),
  },
  'failed.application': {
    told: () => server().open().take({ type: 'fail', code: 1011, reason: 'broken' }),
    says: 'The application of the server failed the connection, with 1011 (internal error), “broken”.',
    not: () => server().open().invalid(),
  },
  'failed.opening': {
    told: () => client().request().take({ type: 'fail', code: 1006 }),
    says: 'The client gave the opening handshake up; there was nobody to send a Close to yet.',
    not: () => client().open().take({ type: 'fail', code: 1006 }),
  },
  'failed.silently': {
    told: () => server().open().take({ type: 'fail.silently' }),
    says: 'The server ended the connection without a Close frame, as if the network were gone.',
    not: () => server().open().take({ type: 'fail' }),
  },
  'failed.keepalive': {
    told: () =>
      server()
        .open()
        .take({ type: 'send.ping' }, frame(9, 'x'))
        .after(20_000)
        .take({ type: 'fail', code: 1011, reason: 'keepalive ping timeout' }),
    says: 'The client is likely to be gone or stuck: nothing came from it in the 20.0 s after the last Ping.',
    not: () =>
      server()
        .open()
        .take({ type: 'send.ping' }, frame(9, 'x'))
        .take({ type: 'receive.pong' }, frame(10, 'x'))
        .take({ type: 'fail', code: 1011 }),
  },
  'close.first': {
    told: () => server().open().receiveClose(1000, 'done'),
    says: 'The client sent the first Close frame: 1000 (normal closure), “done”.',
    not: () => server().open().eof(),
  },
  'close.meaning': {
    told: () => server().open().sendClose(1001),
    says: '1001 means: The endpoint goes away: a server that shuts down, or a page that is left.',
    not: () => server().open().eof(),
  },
  'close.answered': {
    told: () => server().open().sendClose(1000).after(12).receiveClose(1000),
    says: 'The Close of the client came 12 ms later: 1000 (normal closure).',
    not: () => server().open().sendClose(1000).eof(),
  },
  'close.crossed': {
    told: () => server().open().sendClose(1000).after(1).receiveClose(4000),
    says: /^An answer usually repeats the code\. 4000 is not 1000: both sides may have closed at the same time/,
    not: () => server().open().sendClose(1000).after(1).receiveClose(1000),
  },
  'close.unanswered': {
    told: () => server().open().sendClose(1000).after(500).eof(),
    says: 'The client never answered the Close: TCP ended 500 ms later, and no Close had come from there.',
    not: () => server().open().sendClose(1000).receiveClose(1000).eof(),
  },
  'close.unheard': {
    told: () => server().open().invalid().eof(),
    says: /^There are two codes here: 1002 is what the Close of the server tells the client, and 1006 what the server itself ends with\./,
    not: () => server().open().sendClose(1000).eof(),
  },
  'close.awaited': {
    told: () => server().open().sendClose(1000),
    says: 'A Close from the client is still awaited.',
    not: () => server().open().sendClose(1000).receiveClose(1000),
  },
  'close.stuck': {
    told: () => server().open().sendClose(1000).after(10_000).eof('local'),
    says: /^The limit for the closing handshake is likely to have run out after 10\.0 s/,
    not: () => server().open().sendClose(1000).eof('end'),
  },
  'close.blame': {
    told: () => server().open().sendText().receiveClose(1007),
    says: 'With 1007 the client says that something the server sent was wrong: look at what was sent just before.',
    not: () => server().open().receiveClose(1000),
  },
  'close.theirError': {
    told: () => client().open().receiveClose(1011),
    says: 'The cause is likely to be found in the log of the server, not here.',
    not: () => client().open().sendClose(1011).receiveClose(1011),
  },
  'close.away': {
    told: () => server().open().receiveClose(1001),
    says: 'The page is likely to have been left, reloaded or closed.',
    not: () => server().open().receiveClose(1000),
  },
  'close.none': {
    told: () => server().open().eof(),
    says: 'No Close frame was seen from either side: the close code is 1006.',
    not: () => server().open().receiveClose(1000).eof(),
  },
  'eof.midFrame': {
    told: () =>
      server().open().eof('end', { message: 'stream ended without a Close frame: in the middle of a frame' }),
    says: 'TCP ended in the middle of a frame: the client had not finished sending it.',
    not: () => server().open().eof('end', { message: 'stream ended without a Close frame' }),
  },
  'inbound.incomplete': {
    told: () => server().open().receiveText('begun', false).receiveClose(1000),
    says: 'It ended within a text message of which 1 fragment (5 bytes) had arrived: that message is dropped.',
    not: () => server().open().receiveText('begun', false),
  },
  'outbound.incomplete': {
    told: () => server().open().sendText('begun', false).sendClose(1000),
    says: 'It ended within a text message of which 1 fragment (5 bytes) had been sent: the client cannot use them.',
    not: () => server().open().sendText('whole').sendClose(1000),
  },
  'traffic.last': {
    told: () => server().open().receiveText().after(4000).eof(),
    says: 'Nothing was sent or received in the 4.0 s before that.',
    not: () => server().open().receiveText().after(40).eof(),
  },
  'idle.timeout': {
    told: () => server().open().receiveText().after(60_200).eof(),
    says: /^An idle timeout of something between the two .* is likely: 1 min is a common one\. Pings/,
    not: () => server().open().receiveText().after(4000).eof(),
  },
  'peer.declined': {
    told: () => server().open().after(20).eof(),
    says: /^The client is likely not to have accepted the 101/,
    not: () => server().open().receiveText().after(20).eof(),
  },
  'peer.vanished': {
    told: () => server().open().receiveText().after(4000).eof(),
    says: /^The process of the client is likely to have exited or crashed/,
    not: () => server().open().receiveText().after(60_000).eof(),
  },
  'peer.reset': {
    told: () => server().open().eof('reset'),
    says: /^A reset comes from a process that was killed/,
    not: () => server().open().eof('end'),
  },
  'network.lost': {
    told: () => server().open().eof('timeout'),
    says: 'The network between, or the machine of the client, is likely to be down or cut off.',
    not: () => server().open().eof('reset'),
  },
  'tcp.end': {
    told: () => server().open().receiveClose(1000).after(7).eof(),
    says: 'The server ended its half of TCP (FIN); the FIN of the client came 7 ms later.',
    not: () => server().open().receiveClose(1000),
  },
  'tcp.clientFirst': {
    // Our own client waits for the server; the record of another one may say this.
    told: () => {
      const story = client().open().sendClose(1000).receiveClose(1000)
      story.steps.at(-1)!.effects.push({ type: 'halfClose' })
      return story.after(5).eof()
    },
    says: 'The client ended TCP before the server did; that should be the other way round.',
    not: () => client().open().sendClose(1000).receiveClose(1000).eof(),
  },
  'input.discarded': {
    told: () => server().open().invalid().receiveText('too late'),
    says: '1 frame of the client came too late and was discarded.',
    not: () => server().open().receiveText(),
  },
}

describe('the rules of the close report', () => {
  test('each have a case here, and a name of their own', () => {
    const ids = reportRules.map(({ id }) => id)
    expect(Object.keys(cases).sort()).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(ids.length)
  })

  for (const [id, { told, says, not }] of Object.entries(cases)) {
    test(`${id} is found where it applies`, () => {
      expect(told().says(id)).toEqual(typeof says === 'string' ? says : expect.stringMatching(says))
    })
    test(`${id} is not found where it does not`, () => {
      expect(not().says(id)).toBeUndefined()
    })
  }
})
