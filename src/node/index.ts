/** The entry `wirechart/node`: WebSocket clients and servers over Node's sockets. */

export type { DeflateOptions } from '../deflate/node.ts'
export { type ConnectOptions, connect } from './connect.ts'
export type { CloseReport, Connection, ConnectionEnd, ServerConnection } from './connection.ts'
export { AbortError, OpenTimeoutError } from './errors.ts'
export type { Message } from './messages.ts'
export type { SharedOptions } from './options.ts'
export { type Handler, type ServeOptions, serve } from './serve.ts'
export type { CloseOptions, Server } from './server.ts'
