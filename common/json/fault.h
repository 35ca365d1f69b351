/* fault.h -- describing faults of JSON text, and checking escapes: the parts of the checker that run rarely. */
#ifndef JSON_FAULT_H
#define JSON_FAULT_H

struct json_fault {
	const char *at;  /* position of the fault in the text */
	const char *why; /* a few words that can follow "at byte N" */
};

/* Sets *F to AT and WHY. Always returns NULL, so that a function can end with `return json_fault_at(...)`. */
const char *json_fault_at(struct json_fault *f, const char *at, const char *why);
/* Sets *F to the reason why no value begins at P. Always returns NULL. */
const char *json_fault_no_value(const char *p, const char *end, struct json_fault *f);
/* Returns the reason why byte C, a control character or a byte that is not UTF-8, may not occur in a string. */
const char *json_fault_in_string(char c);
/* Checks the escape whose backslash is at P. Returns the position after the escape; or NULL with *F set. */
const char *json_check_escape(const char *p, const char *end, struct json_fault *f);
#endif
