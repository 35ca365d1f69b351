/* syslog_frame.h -- finds the next message of a system log: a line, or a frame of RFC 6587. */
#ifndef CAPTURE_FORMAT_SYSLOG_FRAME_H
#define CAPTURE_FORMAT_SYSLOG_FRAME_H
#include "sp-capture/format/decode_line.h"

/* Reads the next message from IN into the members raw, number and offset of OUT, without the count of its frame and
 * without its line end. A frame may hold newlines, and needs none after it. Returns as decode_line_next(). */
int syslog_frame_next(struct reader *in, struct record *out, struct err *e) MUST_USE;
#endif
