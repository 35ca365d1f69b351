/* snapshot_internal.h -- the form of a snapshot file, which snapshot.c writes and snapshot_read.c reads.
 *
 *	{"sp":"snapshot","v":1,"id":"sp-agg","run":"9f2c...","epoch":"42","configuration":"by: .country\n",
 *	 "open":"3 keys in 1 window","bytes":"1659"                }	(one line)
 *	the body: 1,659 bytes
 *	1c291ca3...: XXH3 of the body and then of the header line; 16 hexadecimal digits and a newline */
#ifndef CHECKPOINT_SNAPSHOT_INTERNAL_H
#define CHECKPOINT_SNAPSHOT_INTERNAL_H
#include "checkpoint/place.h"

#define SNAPSHOT_BEGIN "{\"sp\":\"snapshot\",\"v\":"

enum {
	SNAPSHOT_VERSION = 1,
	SNAPSHOT_NAME = 64, /* bytes of the name of a file with its NUL: 20 digits, '-', a run, ".snap" */
	SNAPSHOT_END = 17,  /* bytes of the hash at the end of the file */
};

/* Writes the name of the file of EPOCH to NAME. */
void snapshot_name(const struct epoch *epoch, char name[SNAPSHOT_NAME]);
uint64_t snapshot_hash(struct span body, struct span header);
#endif
