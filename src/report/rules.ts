/**
 * What can be said about how a connection ended: one rule a finding. What a rule says is known from the records,
 * or inferred from them: likely, but not in them.
 */
import { closeCodeMeaning, closedWith, closeInWords } from './codes.ts'
import type { Facts, Moment, Unfinished } from './facts.ts'
import { length, plural } from './time.ts'

export interface ReportRule {
  id: string
  certainty: 'known' | 'inferred'
  /** Of RFC 6455, unless it names another. */
  section: string | null
  when(facts: Facts): boolean
  says(facts: Facts): string
  /** The records that it rests on. */
  rests(facts: Facts): (Moment | null)[]
}

/** A silence of this length before the end looks like somebody's idle timeout, ms. */
export const LONG_SILENCE = 15_000
/** Timeouts that proxies, load balancers and address translators have by default, s. */
const COMMON_TIMEOUTS = [30, 50, 55, 60, 75, 100, 120, 180, 240, 300, 350, 600, 900, 1800, 3600]

export const isOver = ({ lifecycle }: Facts) => lifecycle.startsWith('closed')
export const isOpening = ({ opened }: Facts) => opened === null
const isLocal = ({ ended }: Facts) => ended?.transport === 'local'
const noClose = ({ closeReceived, closeSent }: Facts) => closeReceived === null && closeSent === null
/** It was open, and TCP ended in front of any Close frame. */
const dropped = (facts: Facts) => isOver(facts) && facts.ended !== null && !isOpening(facts) && noClose(facts)

/** The answer of this server was the last that the client heard: TCP ended within a second, and no frame had come. */
const declined = (facts: Facts) =>
  facts.side === 'server' &&
  dropped(facts) &&
  facts.dropped === 0 &&
  facts.lastReceived === null &&
  !facts.ended!.midFrame &&
  ['end', 'reset'].includes(facts.ended!.transport) &&
  facts.ended!.time - facts.opened!.time < 1000

/** How long nothing was heard from either side before TCP ended. */
export function silenceBefore({ ended, lastReceived, lastSent, opened, started }: Facts): number | null {
  if (ended === null) return null
  const last = Math.max(lastReceived?.time ?? 0, lastSent?.time ?? 0, (opened ?? started).time)
  return ended.time - last
}

/** Its reason says that a Pong did not come in time. */
const isKeepalive = ({ reason }: { reason: string }) => /ping timeout/i.test(reason)
const gap = (from: Moment, to: Moment) => length(to.time - from.time)
const The = (side: string) => `The ${side}`
const heard = (silence: number) =>
  COMMON_TIMEOUTS.find((seconds) => Math.abs(silence / 1000 - seconds) <= Math.max(1, seconds * 0.015))

/** Who sent the first Close; `null` if nobody did, or if that was not kept. */
export function firstToClose(facts: Facts): Facts['side'] | null {
  const { closeSent, closeReceived, side, peer } = facts
  if (closeReceived === null) return closeSent === null ? null : side
  if (closeSent === null) return peer
  // Within one step the answer follows what it answers.
  return closeSent.seq < closeReceived.seq ? side : peer
}

/** Each side's Close says another thing: neither looks like the answer to the other. */
export const hasCrossed = (facts: Facts) =>
  sentFirst(facts) &&
  facts.closeReceived !== null &&
  facts.closeReceived.code !== facts.closeSent!.code &&
  facts.failed === null

const sentFirst = (facts: Facts) => facts.closeSent !== null && firstToClose(facts) === facts.side
const firstOf = ({ otherClose }: Facts) =>
  otherClose === 'invalid'
    ? 'the first valid Close frame'
    : `the first Close frame${otherClose === 'crafted' ? ' (one that was crafted aside)' : ''}`
const unfinished = ({ kind, frames, bytes }: Unfinished) =>
  `a ${kind} message of which ${plural(frames, 'fragment')} (${plural(bytes, 'byte')})`

export const reportRules: readonly ReportRule[] = [
  // ---- The records themselves ----
  {
    id: 'records.dropped',
    certainty: 'known',
    section: null,
    when: ({ dropped }) => dropped > 0,
    says: ({ dropped }) =>
      `${plural(dropped, 'older record')} of this connection ${dropped === 1 ? 'is' : 'are'} not kept; what they told is missing here.`,
    rests: () => [],
  },
  {
    id: 'not.over',
    certainty: 'known',
    section: null,
    when: (facts) => !isOver(facts),
    says: ({ lifecycle }) => `The connection has not ended: it is ${lifecycle.replace('.', ', ')}.`,
    rests: ({ latest }) => [latest],
  },

  // ---- The opening handshake ----
  {
    id: 'handshake.noRequest',
    certainty: 'known',
    section: '4.2.1',
    when: (facts) =>
      isOpening(facts) &&
      facts.ended !== null &&
      facts.side === 'server' &&
      facts.request === null &&
      facts.response === null &&
      facts.invalidHandshake === null,
    says: () => 'TCP ended before the client had sent its request.',
    rests: ({ ended }) => [ended],
  },
  {
    id: 'handshake.noResponse',
    certainty: 'known',
    section: '4.2.2',
    when: (facts) =>
      isOpening(facts) &&
      facts.ended !== null &&
      facts.request !== null &&
      facts.response === null &&
      facts.invalidHandshake === null,
    says: ({ side }) =>
      side === 'client'
        ? 'The server never answered the request.'
        : 'TCP ended before the server had answered the request.',
    rests: ({ request, ended }) => [request, ended],
  },
  {
    id: 'handshake.refused',
    certainty: 'known',
    section: '4.2.2',
    when: ({ response }) => response !== null && !response.accepted && response.status !== 101,
    says: ({ response }) =>
      `The server refused the opening handshake: ${statusOf(response!.startLine)}. There never was a WebSocket connection, so there was none to close either.`,
    rests: ({ request, response }) => [request, response],
  },
  {
    id: 'handshake.wrongResponse',
    certainty: 'known',
    section: '4.1',
    when: ({ response }) => response !== null && !response.accepted && response.status === 101,
    says: ({ response }) =>
      `The server answered 101, but the client does not accept it: ${response!.message ?? 'a check failed'}.`,
    rests: ({ response }) => [response],
  },
  {
    id: 'handshake.invalid',
    certainty: 'known',
    section: '4',
    when: ({ invalidHandshake }) => invalidHandshake !== null,
    says: ({ invalidHandshake, peer }) =>
      `What the ${peer} sent is not an opening handshake: ${invalidHandshake!.message ?? 'it could not be read'}.`,
    rests: ({ invalidHandshake }) => [invalidHandshake],
  },
  {
    id: 'handshake.code',
    certainty: 'known',
    section: '7.1.5',
    when: (facts) => isOver(facts) && isOpening(facts) && facts.dropped === 0,
    says: () =>
      'An application that asks for the close code gets 1006, which stands for an end without a Close frame.',
    rests: ({ ended, latest }) => [ended ?? latest],
  },
  {
    id: 'handshake.gaveUp',
    certainty: 'inferred',
    section: null,
    when: (facts) =>
      isOpening(facts) && isLocal(facts) && facts.response === null && facts.invalidHandshake === null,
    says: ({ started, ended }) =>
      `This side gave up after ${gap(started, ended!)}: its limit for the opening handshake is likely to have run out.`,
    rests: ({ ended }) => [ended],
  },
  {
    id: 'handshake.likelyCause',
    certainty: 'inferred',
    section: null,
    when: ({ response }) => response !== null && !response.accepted && likelyCause(response.status) !== null,
    says: ({ response }) => likelyCause(response!.status)!,
    rests: ({ response }) => [response],
  },
  {
    id: 'handshake.notWebSocket',
    certainty: 'inferred',
    section: null,
    when: ({ invalidHandshake }) => invalidHandshake !== null,
    says: ({ side }) =>
      side === 'server'
        ? 'Something else than a WebSocket client seems to have connected: a TLS client on a port without TLS, a health check or a scanner.'
        : 'Something else than a WebSocket server seems to listen there: check port, and ws:// against wss://.',
    rests: ({ invalidHandshake }) => [invalidHandshake],
  },

  // ---- Failing the connection ----
  {
    id: 'failed.rule',
    certainty: 'known',
    section: '7.1.7',
    when: ({ failed }) => failed?.by === 'rule',
    says: ({ failed, side, peer }) =>
      `${The(side)} failed the connection because of what the ${peer} sent: ${failed!.message ?? failed!.rule ?? 'a rule was broken'}` +
      `${failed!.rule === null ? '' : ` (rule ${failed!.rule}${sectionIn(failed!.section)})`}` +
      `${failed!.offset === null ? '' : `, at byte ${failed!.offset} after the opening handshake`}.`,
    rests: ({ failed }) => [failed],
  },
  {
    id: 'failed.application',
    certainty: 'known',
    section: '7.1.7',
    when: ({ failed, opened }) => failed?.by === 'application' && opened !== null,
    says: ({ failed, side }) =>
      `The ${isKeepalive(failed!) ? 'keepalive' : 'application'} of the ${side} failed the connection${failed!.code === null ? '' : `, ${closedWith({ code: failed!.code, reason: failed!.reason })}`}.`,
    rests: ({ failed }) => [failed],
  },
  {
    id: 'failed.opening',
    certainty: 'known',
    section: '4',
    when: ({ failed, opened }) => failed !== null && failed.by !== 'rule' && opened === null,
    says: ({ side }) =>
      `${The(side)} gave the opening handshake up; there was nobody to send a Close to yet.`,
    rests: ({ failed }) => [failed],
  },
  {
    id: 'failed.silently',
    certainty: 'known',
    section: '7.1.7',
    when: ({ failed, opened }) => failed?.by === 'silence' && opened !== null,
    says: ({ side }) =>
      `${The(side)} ended the connection without a Close frame, as if the network were gone.`,
    rests: ({ failed }) => [failed],
  },
  {
    id: 'failed.keepalive',
    certainty: 'inferred',
    section: '5.5.2',
    when: ({ failed, unansweredPing }) =>
      failed !== null && failed.by !== 'rule' && (isKeepalive(failed) || unansweredPing !== null),
    says: ({ unansweredPing, failed, peer }) =>
      `The ${peer} is likely to be gone or stuck: ` +
      (unansweredPing === null
        ? 'it did not answer a Ping in time.'
        : `nothing came from it in the ${gap(unansweredPing, failed!)} after the last Ping.`),
    rests: ({ unansweredPing, failed }) => [unansweredPing, failed],
  },

  // ---- The closing handshake ----
  {
    id: 'close.first',
    certainty: 'known',
    section: '7.1.2',
    when: (facts) => firstToClose(facts) !== null,
    says: (facts) => {
      const first = firstToClose(facts)!
      const close = first === facts.side ? facts.closeSent! : facts.closeReceived!
      const which = hasCrossed(facts) ? 'its Close frame before it had seen one' : firstOf(facts)
      return `${The(first)} sent ${which}: ${closeInWords(close.code, close.reason)}.`
    },
    rests: (facts) => [sentFirst(facts) ? facts.closeSent : facts.closeReceived],
  },
  {
    id: 'close.meaning',
    certainty: 'known',
    section: '7.4.1',
    when: (facts) => firstToClose(facts) !== null,
    says: (facts) => {
      const { code } = sentFirst(facts) ? facts.closeSent! : facts.closeReceived!
      return `${code} means: ${closeCodeMeaning(code)}`
    },
    rests: (facts) => [sentFirst(facts) ? facts.closeSent : facts.closeReceived],
  },
  {
    id: 'close.answered',
    certainty: 'known',
    section: '5.5.1',
    when: ({ closeSent, closeReceived }) => closeSent !== null && closeReceived !== null,
    says: (facts) => {
      const { closeSent, closeReceived, side, peer } = facts
      return sentFirst(facts)
        ? `The Close of the ${peer} came ${gap(closeSent!, closeReceived!)} later: ${closeInWords(closeReceived!.code, closeReceived!.reason)}.`
        : `${The(side)} answered with a Close of its own${closeSent!.automatic ? ' at once' : ''}: ${closeInWords(closeSent!.code, closeSent!.reason)}.`
    },
    rests: (facts) => [sentFirst(facts) ? facts.closeReceived : facts.closeSent],
  },
  {
    id: 'close.crossed',
    certainty: 'inferred',
    section: '5.5.1',
    when: hasCrossed,
    says: ({ closeSent, closeReceived }) =>
      `An answer usually repeats the code. ${closeReceived!.code} is not ${closeSent!.code}: both sides may have closed at the same time, and their Close frames crossed.`,
    rests: ({ closeSent, closeReceived }) => [closeSent, closeReceived],
  },
  {
    id: 'close.unanswered',
    certainty: 'known',
    section: '7.1.2',
    when: ({ closeSent, closeReceived, ended, failed }) =>
      closeSent !== null && closeReceived === null && ended !== null && failed === null,
    says: ({ closeSent, ended, peer }) =>
      `${The(peer)} never answered the Close: TCP ended ${gap(closeSent!, ended!)} later, and no Close had come from there.`,
    rests: ({ closeSent, ended }) => [closeSent, ended],
  },
  {
    id: 'close.unheard',
    certainty: 'known',
    section: '7.1.5',
    when: (facts) =>
      isOver(facts) && facts.failed !== null && facts.closeSent !== null && facts.closeReceived === null,
    says: ({ closeSent, side, peer }) =>
      `There are two codes here: ${closeSent!.code} is what the Close of the ${side} tells the ${peer}, and 1006 what the ${side} itself ends with. The code of a side is that of the Close which it received, and whoever fails a connection reads nothing more.`,
    rests: ({ closeSent, ended }) => [closeSent, ended],
  },
  {
    id: 'close.awaited',
    certainty: 'known',
    section: '7.1.2',
    when: ({ closeSent, closeReceived, ended, failed }) =>
      closeSent !== null && closeReceived === null && ended === null && failed === null,
    says: ({ peer }) => `A Close from the ${peer} is still awaited.`,
    rests: ({ closeSent }) => [closeSent],
  },
  {
    id: 'close.stuck',
    certainty: 'inferred',
    section: null,
    when: (facts) =>
      facts.closeSent !== null && facts.closeReceived === null && isLocal(facts) && facts.failed === null,
    says: ({ closeSent, ended, peer }) =>
      `The limit for the closing handshake is likely to have run out after ${gap(closeSent!, ended!)}: the ${peer} is stuck, gone, or its application does not read.`,
    rests: ({ ended }) => [ended],
  },
  {
    id: 'close.blame',
    certainty: 'inferred',
    section: '7.1.7',
    when: (facts) =>
      facts.closeReceived !== null &&
      !sentFirst(facts) &&
      [1002, 1003, 1007, 1008, 1009].includes(facts.closeReceived.code),
    says: ({ closeReceived, side, peer }) =>
      `With ${closeReceived!.code} the ${peer} says that something the ${side} sent was wrong: look at what was sent just before.`,
    rests: ({ closeReceived, lastSent }) => [closeReceived, lastSent],
  },
  {
    id: 'close.theirError',
    certainty: 'inferred',
    section: '7.4.1',
    when: (facts) =>
      facts.closeReceived !== null && !sentFirst(facts) && [1011, 1014].includes(facts.closeReceived.code),
    says: ({ peer }) => `The cause is likely to be found in the log of the ${peer}, not here.`,
    rests: ({ closeReceived }) => [closeReceived],
  },
  {
    id: 'close.away',
    certainty: 'inferred',
    section: '7.4.1',
    when: (facts) =>
      facts.closeReceived !== null &&
      !sentFirst(facts) &&
      [1001, 1012, 1013].includes(facts.closeReceived.code),
    says: ({ peer, closeReceived }) =>
      peer === 'client'
        ? 'The page is likely to have been left, reloaded or closed.'
        : closeReceived!.code === 1001
          ? 'The server is likely to be shutting down.'
          : 'The server asks to connect again later.',
    rests: ({ closeReceived }) => [closeReceived],
  },

  // ---- Ending without a Close ----
  {
    id: 'close.none',
    certainty: 'known',
    section: '7.1.5',
    when: (facts) => dropped(facts),
    says: ({ dropped }) =>
      `No Close frame was seen from either side${dropped > 0 ? ' in the records that are kept' : ''}: the close code is 1006.`,
    rests: ({ ended }) => [ended],
  },
  {
    id: 'eof.midFrame',
    certainty: 'known',
    section: '7.1.5',
    when: ({ ended }) => ended?.midFrame === true,
    says: ({ peer }) => `TCP ended in the middle of a frame: the ${peer} had not finished sending it.`,
    rests: ({ ended }) => [ended],
  },
  {
    id: 'inbound.incomplete',
    certainty: 'known',
    section: '5.4',
    when: (facts) => facts.inbound !== null && (isOver(facts) || facts.closeReceived !== null),
    says: ({ inbound }) => `It ended within ${unfinished(inbound!)} had arrived: that message is dropped.`,
    rests: ({ inbound, ended }) => [inbound, ended],
  },
  {
    id: 'outbound.incomplete',
    certainty: 'known',
    section: '5.4',
    when: (facts) => facts.outbound !== null && (isOver(facts) || facts.closeSent !== null),
    says: ({ outbound, peer }) =>
      `It ended within ${unfinished(outbound!)} had been sent: the ${peer} cannot use them.`,
    rests: ({ outbound, ended }) => [outbound, ended],
  },
  {
    id: 'traffic.last',
    certainty: 'known',
    section: null,
    when: (facts) => dropped(facts) && silenceBefore(facts)! >= 1000,
    says: (facts) => `Nothing was sent or received in the ${length(silenceBefore(facts)!)} before that.`,
    rests: ({ lastReceived, lastSent }) => [laterOf(lastReceived, lastSent)],
  },
  {
    id: 'idle.timeout',
    certainty: 'inferred',
    section: null,
    when: (facts) => dropped(facts) && !isLocal(facts) && silenceBefore(facts)! >= LONG_SILENCE,
    says: (facts) => {
      const silence = silenceBefore(facts)!
      const common = heard(silence)
      return (
        'An idle timeout of something between the two (a proxy, a load balancer, an address translator) is likely' +
        (common === undefined ? '' : `: ${length(common * 1000)} is a common one`) +
        '. Pings more often than that keep such a connection up.'
      )
    },
    rests: ({ lastReceived, lastSent, ended }) => [laterOf(lastReceived, lastSent), ended],
  },
  {
    id: 'peer.declined',
    certainty: 'inferred',
    section: '4.1',
    when: declined,
    says: () =>
      'The client is likely not to have accepted the 101 (a wrong Sec-WebSocket-Accept, or a subprotocol or an extension that it had not asked for), or to have exited: TCP ended right after it, before any frame of the client.',
    rests: ({ response, ended }) => [response, ended],
  },
  {
    id: 'peer.vanished',
    certainty: 'inferred',
    section: null,
    when: (facts) =>
      dropped(facts) &&
      facts.ended!.transport === 'end' &&
      silenceBefore(facts)! < LONG_SILENCE &&
      !declined(facts),
    says: ({ peer }) =>
      `The process of the ${peer} is likely to have exited or crashed, or its application closed the socket without a closing handshake.`,
    rests: ({ ended }) => [ended],
  },
  {
    id: 'peer.reset',
    certainty: 'inferred',
    section: null,
    when: ({ ended }) => ended?.transport === 'reset',
    says: ({ peer, closeReceived }) =>
      closeReceived === null
        ? `A reset comes from a process that was killed, from a socket that was closed with data unread, or from a firewall between: the ${peer} need not know of it.`
        : `The ${peer} is likely to have closed its socket with data unread: everything that counts had been exchanged before.`,
    rests: ({ ended }) => [ended],
  },
  {
    id: 'network.lost',
    certainty: 'inferred',
    section: null,
    when: ({ ended }) => ended?.transport === 'timeout' || ended?.transport === 'error',
    says: ({ peer }) =>
      `The network between, or the machine of the ${peer}, is likely to be down or cut off.`,
    rests: ({ ended }) => [ended],
  },

  // ---- The end of TCP ----
  {
    id: 'tcp.end',
    certainty: 'known',
    section: '7.1.1',
    when: ({ ended }) => ended !== null,
    says: (facts) => endInWords(facts),
    rests: ({ halfClosed, ended }) => [halfClosed, ended],
  },
  {
    id: 'tcp.clientFirst',
    certainty: 'known',
    section: '7.1.1',
    when: ({ side, ended, halfClosed, closeReceived, closeSent }) =>
      side === 'client' &&
      ended !== null &&
      closeReceived !== null &&
      closeSent !== null &&
      halfClosed !== null &&
      halfClosed.seq < ended.seq,
    says: () => 'The client ended TCP before the server did; that should be the other way round.',
    rests: ({ halfClosed, ended }) => [halfClosed, ended],
  },
  {
    id: 'input.discarded',
    certainty: 'known',
    section: '7.1.7',
    when: ({ discarded }) => discarded > 0,
    says: ({ discarded, peer }) =>
      `${plural(discarded, 'frame')} of the ${peer} came too late and ${discarded === 1 ? 'was' : 'were'} discarded.`,
    rests: ({ firstDiscarded }) => [firstDiscarded],
  },
]

function endInWords({ side, peer, ended, halfClosed }: Facts): string {
  const { transport } = ended!
  const firstOurs = halfClosed !== null && halfClosed.seq < ended!.seq
  switch (transport) {
    case 'end':
      // Which of the two was first cannot be told from here: they may have crossed.
      return firstOurs
        ? `${The(side)} ended its half of TCP (FIN); the FIN of the ${peer} came ${gap(halfClosed, ended!)} later.`
        : `The FIN of the ${peer} came before the ${side} had ended its own half of TCP.`
    case 'reset':
      return `TCP was reset (RST) from the direction of the ${peer}.`
    case 'timeout':
      return `TCP gave up: the ${peer} confirmed nothing any more.`
    case 'local':
      return `${The(side)} waited no longer, and ended TCP itself.`
    default:
      return 'TCP ended with an error of the network.'
  }
}

/** `5.1` and `RFC 7692 6`, as they are cited in a sentence. */
function sectionIn(section: string | null): string {
  if (section === null) return ''
  const [, rfc, number] = /^(RFC \d+) ([\d.]+)$/.exec(section) ?? []
  return rfc === undefined ? `, section ${section}` : `, ${rfc}, section ${number}`
}

/** `403 Forbidden`. */
const statusOf = (startLine: string) => startLine.replace(/^HTTP\/\S+\s*/, '') || 'an HTTP error'

function laterOf(a: Moment | null, b: Moment | null): Moment | null {
  return a === null || (b !== null && b.seq > a.seq) ? b : a
}

function likelyCause(status: number | null): string | null {
  if (status === null) return null
  if (status === 401 || status === 407) return 'Credentials are missing or wrong.'
  if (status === 403) return 'The origin of the page, or its user, is likely not to be allowed.'
  if (status === 404 || status === 410)
    return 'The path is likely to be wrong, or only known without WebSocket.'
  if (status === 426 || status === 400)
    return 'A proxy between is likely to have dropped the headers Upgrade and Connection, or changed others.'
  if (status === 429) return 'There were too many attempts.'
  if (status >= 300 && status < 400)
    return 'The server is elsewhere: a WebSocket client need not follow redirects.'
  if (status >= 200 && status < 300)
    return 'A plain HTTP server, or a proxy that knows no WebSocket, answered.'
  if ([502, 503, 504].includes(status))
    return 'A proxy is likely to have answered in place of a server that is down or overloaded.'
  return status >= 500 ? 'The application of the server failed; its log should tell why.' : null
}
