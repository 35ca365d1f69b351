/* test_message.c -- mistakes in the expressions of sp-publish that only the events show. */
#include "check.h"
#include "sp-publish/message.h"

int main(void)
{
	struct message_maker m;
	struct kafka_message message;
	struct err e = ERR_INIT;
	struct buf out;
	buf_init(&out, 4096);
	CHECK(message_maker_init(&m, &e) == 0);
	CHECK(message_maker_compile(&m, &m.key, ".clinet", &e) == 0);
	CHECK(message_maker_add_header(&m, "big=.bytes > 5", &e) == 0);
	/* Without events there is nothing to say. */
	message_maker_describe(&m, &out);
	CHECK_EQ(out.n, 0);
	CHECK(message_maker_make(&m, SPAN("{\"client\":\"a\",\"bytes\":7}"), &message, &e) == 0);
	CHECK(message.key.p == NULL);
	message_maker_describe(&m, &out);
	CHECK_STR(buf_string(&out), "; --key .clinet: no event had it");
	/* The key is there now. The header compares a string with a number. */
	buf_reset(&out);
	CHECK(message_maker_make(&m, SPAN("{\"clinet\":\"a\",\"bytes\":\"7\"}"), &message, &e) == 0);
	message_maker_describe(&m, &out);
	CHECK_STR(buf_string(&out), "; --header .bytes > 5: compares a string with a number in 1 event");
	buf_release(&out);
	message_maker_release(&m);
	return check_end();
}
