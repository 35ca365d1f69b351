/* match.h -- finds the files that a job has read before among the sources of this run.
 *
 * The content decides (fingerprint.h). Device and inode only choose between several files that fit:
 * - a known file that has grown is read on, even under another name;
 * - a known file that was read to its end has nothing more to read;
 * - a file that fits no known file is new, and is read from its start.
 * A known file with unread bytes that is not among the sources is lost: that is an error, unless --lost-ok is given. */
#ifndef CAPTURE_CHECKPOINT_MATCH_H
#define CAPTURE_CHECKPOINT_MATCH_H
#include "sp-capture/checkpoint/known.h"
#include "sp-capture/source/source.h"

/* Makes an entry of K for each source of SET, all regular files: that of the known file, or a new one. Sets the sources
 * to their positions. The files of K must be loaded; none may have a source yet. Returns 0, or -1 with E set:
 * EX_DATAERR if it cannot be decided which file is which, or a file with unread bytes is gone; EX_USAGE if a file is
 * given twice or is compressed; or the status of a read that failed. */
int match_sources(struct known *k, struct source_set *set, bool lost_ok, struct err *e) MUST_USE;
#endif
