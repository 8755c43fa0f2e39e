/** The entry `wirechart/inspect` on Node: the sending end of the inspector, with the page and its feed. */
export * from './default.ts'
export type { InspectorServer, ServeInspectorOptions } from './server.ts'
export { serveInspector } from './server.ts'
