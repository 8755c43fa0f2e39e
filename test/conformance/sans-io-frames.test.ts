/** Frames and the closing handshake, against the Sans-I/O layer. */
import { frameCategories } from './cases/index.ts'
import { declareSansIo } from './runners/declare.ts'

declareSansIo(frameCategories)
