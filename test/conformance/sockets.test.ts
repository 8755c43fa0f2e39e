/** All of that over real sockets, against `serve` and `connect`. */
import { bulkCategories, frameCategories } from './cases/index.ts'
import { declareSockets } from './runners/declare.ts'

declareSockets([...frameCategories, ...bulkCategories])
