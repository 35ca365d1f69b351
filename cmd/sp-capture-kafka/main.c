/* sp-capture-kafka -- the driver of sp-capture that reads kafka:// sources: sp-capture with librdkafka linked in. */
#include "sp-capture-kafka/kafka_source.h"
#include "sp-capture/capture.h"
#include "sp-capture/source/table.h"

int main(int argc, char *argv[])
{
	static const struct source_type *const types[] = { &source_file, &source_follow, &source_kafka, NULL };
	return capture_main(argc, argv, types);
}
