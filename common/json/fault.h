/* fault.h -- what is wrong with a text, and where: the parts of the checker that run only on a fault, or rarely. */
#ifndef JSON_FAULT_H
#define JSON_FAULT_H

struct json_fault {
	const char *at;  /* in the text */
	const char *why; /* a few words, made to follow "at byte N" */
};

/* Sets *F. Always returns NULL, for `return json_fault_at(...)`. */
const char *json_fault_at(struct json_fault *f, const char *at, const char *why);
/* Sets *F to why no value begins at P. Always returns NULL. */
const char *json_fault_no_value(const char *p, const char *end, struct json_fault *f);
/* Returns why byte C may not occur in a string. */
const char *json_fault_in_string(char c);
/* Checks the escape whose backslash is at P. Returns the position after it; or NULL with *F set. */
const char *json_check_escape(const char *p, const char *end, struct json_fault *f);
#endif
