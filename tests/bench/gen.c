/* gen -- prints events for benchmarks: N click events of about 185 bytes, the same ones every time.
 *
 *   gen N [USERS [SECONDS]]      default: 5,000,000 events of 100,000 users over 3,600 s
 *
 * Event time advances evenly with up to 2 s of disorder. Countries, pages and users are skewed as in
 * real traffic; amounts have two decimals and latencies three, so that sums are exact in decimals. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(void)
{
	uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static double unit(void)
{
	return (double)(next() >> 11) * 0x1p-53;
}

/* Returns 0 to N - 1, small numbers more often. */
static int skewed(int n)
{
	double u = unit();
	return (int)(u * u * n);
}

static const char countries[][3] = { "US", "CN", "IN", "BR", "DE", "GB", "FR", "JP", "GR", "IT", "ES", "MX", "CA", "AU",
	"NL", "SE", "PL", "TR", "KR", "ID", "ZA", "EG", "NG", "AR", "CL", "CO", "PT", "BE", "AT", "CH", "DK", "NO",
	"FI", "IE", "CZ", "RO", "HU", "BG", "HR", "RS", "UA", "IL", "AE", "SA", "TH", "VN", "MY", "PH", "SG", "NZ" };
static const char *const agents[] = { "Chrome/124.0 Windows", "Safari/17.4 iPhone", "Firefox/125.0 Linux",
	"Chrome/123.0 Android", "Edge/124.0 Windows", "Googlebot/2.1" };
static const int statuses[] = { 200, 200, 200, 200, 200, 200, 200, 304, 302, 404, 404, 500 };

static void event(uint64_t i, uint64_t n, int users, int64_t seconds)
{
	int64_t ms = (int64_t)((double)i * (double)seconds * 1000.0 / (double)n) - (int64_t)(next() % 2000);
	ms = ms < 0 ? 0 : ms;
	int64_t day = ms / 86400000, rest = ms % 86400000;
	printf("{\"ts\":\"2024-05-%02dT%02d:%02d:%02d.%03dZ\",\"user\":\"u%06d\",\"country\":\"%s\",\"page\":\"/catalogue/product/%05d\","
	       "\"status\":%d,\"ms\":%.3f,\"amount\":%d.%02d,\"bytes\":%" PRIu64 ",\"agent\":\"%s\"}\n",
		(int)(1 + day % 30), (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
		(int)(rest % 1000), (int)(next() % (uint64_t)users), countries[skewed(50)], skewed(1000),
		statuses[next() % 12], exp(unit() * 7), (int)(next() % 500), (int)(next() % 100), next() % 100000,
		agents[skewed(6)]);
}

int main(int argc, char **argv)
{
	uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 5000000;
	int users = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 100000;
	int64_t seconds = argc > 3 ? strtoll(argv[3], NULL, 10) : 3600;
	if (n == 0 || users <= 0 || seconds <= 0) {
		fprintf(stderr, "usage: gen [N [USERS [SECONDS]]]\n");
		return 64;
	}
	for (uint64_t i = 0; i < n; i++)
		event(i, n, users, seconds);
	return fflush(stdout) || ferror(stdout) ? 74 : 0;
}
