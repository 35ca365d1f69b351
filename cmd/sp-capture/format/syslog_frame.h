/* syslog_frame.h -- finds the next message of a system log: a line, or a frame of RFC 6587. */
#ifndef CAPTURE_FORMAT_SYSLOG_FRAME_H
#define CAPTURE_FORMAT_SYSLOG_FRAME_H
#include "sp-capture/format/decode_line.h"

/* Reads the next message from IN, and sets raw, number and offset of OUT. The raw text has neither the count of a frame
 * nor the line end. A frame may contain newlines, and no newline has to follow it. Returns NEXT_EVENT, NEXT_REJECTED
 * with OUT rejected, NEXT_END, NEXT_LATER, or NEXT_ERROR with E set. */
int syslog_frame_next(struct reader *in, struct record *out, struct err *e) MUST_USE;
#endif
