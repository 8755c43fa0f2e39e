/*
 * What one side may make the other one hold during the opening handshake (RFC 9112, section 11). The same as
 * the common HTTP servers have.
 */

/** Bytes of one line, its CRLF not counted. */
export const MAX_LINE = 8192
/** Header lines of one message. */
export const MAX_HEADERS = 128
/** Responses with a status 1xx before the final one. */
export const MAX_INTERIM_RESPONSES = 16
/** Bytes that are kept of a response's body. */
export const MAX_BODY = 2 ** 20
