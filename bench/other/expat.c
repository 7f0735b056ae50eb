/* Reads a stream with expat's SAX interface, namespaces on, in reads of 16 KiB, and prints what a stanza costs. usage: expat STREAM STANZAS SECONDS */
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { CHUNK = 16 << 10 };

static long depth, stanzas, text;

static void start(void *user, const XML_Char *name, const XML_Char **attrs)
{
	(void)user, (void)name, (void)attrs;
	if (++depth == 2)
		stanzas++;
}

static void end(void *user, const XML_Char *name)
{
	(void)user, (void)name;
	depth--;
}

static void chars(void *user, const XML_Char *s, int len)
{
	(void)user, (void)s;
	text += len;
}

static double cpu(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void parse(const char *data, long size)
{
	XML_Parser p = XML_ParserCreateNS(NULL, ' ');
	XML_SetElementHandler(p, start, end);
	XML_SetCharacterDataHandler(p, chars);
	for (long i = 0; i < size; i += CHUNK) {
		long n = size - i < CHUNK ? size - i : CHUNK;
		if (XML_Parse(p, data + i, (int)n, i + n == size) != XML_STATUS_OK) {
			fprintf(stderr, "%s\n", XML_ErrorString(XML_GetErrorCode(p)));
			exit(1);
		}
	}
	XML_ParserFree(p);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	FILE *f = fopen(argv[1], "rb");
	if (!f || fseek(f, 0, SEEK_END))
		return 1;
	long size = ftell(f), want = atol(argv[2]), rounds = 0;
	char *data = malloc(size);
	rewind(f);
	if (!data || fread(data, 1, size, f) != (size_t)size)
		return 1;
	parse(data, size);
	if (stanzas != want)
		return fprintf(stderr, "%ld stanzas of %ld\n", stanzas, want), 1;
	double seconds = atof(argv[3]), began = cpu();
	do {
		parse(data, size);
		rounds++;
	} while (cpu() - began < seconds);
	printf("{\"ns\": %f}\n", (cpu() - began) / rounds / want * 1e9);
	return 0;
}
