import { parseReceiverEvent } from '@xstate/inspect/lib/utils.js'
import { RecordedConnection } from '../../../src/inspect/connection.ts'
import type { ConnectionRecord } from '../../../src/inspect/records.ts'
import type { ReadEvent } from '../feed/read.ts'
import type { FeedMessage } from '../model/message.ts'

/** A connection of a file, as the feed would have introduced it: drawn with the same machine. */
export function introduce(
  id: string,
  record: ConnectionRecord,
  file: string,
  clock: string,
  read: ReadEvent,
): FeedMessage | null {
  const event = parseReceiverEvent(new RecordedConnection(record).register() as never)
  const message = read(event, record.time)
  return message?.type === 'register' ? { ...message, id, file, clock } : null
}
