/** Large messages and compressed ones, against the Sans-I/O layer. */
import { bulkCategories } from './cases/index.ts'
import { declareSansIo } from './runners/declare.ts'

declareSansIo(bulkCategories)
