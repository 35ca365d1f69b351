/* offset.c -- offsets from UTC as text: RFC 3339, ISO 8601, and seconds as in the tz database. */
#include "text/offset.h"
#include <ctype.h>

/* Reads two digits, of a number up to MOST, into *VALUE. Returns false for any other text. */
static inline bool two_digits(struct span *s, int most, int *value)
{
	if (s->n < 2 || !isdigit((unsigned char)s->p[0]) || !isdigit((unsigned char)s->p[1]))
		return false;
	*value = (s->p[0] - '0') * 10 + (s->p[1] - '0');
	s->p += 2;
	s->n -= 2;
	return *value <= most;
}

/* Returns true if minutes or seconds follow at the start of *S. If COLON is true, they must follow after a colon, and
 * *S is moved past the colon. Otherwise they must begin with a digit. */
static inline bool goes_on(struct span *s, bool colon)
{
	if (s->n == 0 || !(colon ? *s->p == ':' : isdigit((unsigned char)*s->p)))
		return false;
	s->p += colon;
	s->n -= colon;
	return true;
}

/* "-00:00", which RFC 3339 calls an unknown local offset, is UTC here. Many old offsets have seconds, such as
 * +01:34:52, the offset of Athens until 1916. */
int offset_read(struct span *s, int32_t *offset)
{
	if (s->n == 0)
		return -1;
	char sign = *s->p++;
	s->n--;
	*offset = 0;
	if (sign == 'Z' || sign == 'z')
		return 0;
	int hour, minute = 0, second = 0;
	if ((sign != '+' && sign != '-') || !two_digits(s, 23, &hour))
		return -1;
	bool colon = s->n && *s->p == ':';
	if (goes_on(s, colon) && (!two_digits(s, 59, &minute) || (goes_on(s, colon) && !two_digits(s, 59, &second))))
		return -1;
	*offset = (hour * 3600 + minute * 60 + second) * (sign == '-' ? -1 : 1);
	return 0;
}
