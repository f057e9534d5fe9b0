/* The reading and writing behind line.h. */
#include "line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#define MEMBERS 40

static struct member {
    char *name, *text;       /* text is NULL for a number */
    size_t len;
    int64_t number;
} members[MEMBERS];
static size_t member_count;
static char *line;
static size_t line_room;
static int said;

void line_fail(const char *kind, const char *text)
{
    said = 0;
    line_say_text(kind, text);
    line_say_end();
    exit(0);
}

/* Reads a text in place; at stands behind its opening quote, and behind its closing one afterwards. */
static char *read_text(char **at, size_t *len)
{
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char *begin = *at, *from = begin, *to = begin;
    while (*from != '"') {
        const char *escape;
        if (*from == '\0')
            line_fail("error", "a text has no end");
        if (*from != '\\') {
            *to++ = *from++;
        } else if (from[1] == 'u') {
            unsigned code = 0;
            if (sscanf(from + 2, "%4x", &code) != 1 || code == 0 || code > 0x7f)
                line_fail("error", "only control characters are escaped with \\u");
            *to++ = (char)code;
            from += 6;
        } else if (from[1] && (escape = strchr(escapes, from[1]))) {
            *to++ = meant[escape - escapes];
            from += 2;
        } else {
            line_fail("error", "no such escape");
        }
    }
    *at = from + 1;
    *to = '\0';
    *len = (size_t)(to - begin);
    return begin;
}

/* "order_id.hex": "6fff" is order_id with these bytes. */
static void read_bytes(struct member *member)
{
    char *dot = strstr(member->name, ".hex");
    size_t i;
    if (!dot || dot[4])
        return;
    *dot = '\0';
    for (i = 0; i + 1 < member->len; i += 2) {
        unsigned byte = 0;
        if (sscanf(member->text + i, "%2x", &byte) != 1)
            line_fail("error", "bytes are not in hex");
        member->text[i / 2] = (char)byte;
    }
    member->len /= 2;
    member->text[member->len] = '\0';
}

static char *skip(char *at)
{
    return at + strspn(at, " \t\r\n");
}

static void expect(char **at, char byte)
{
    *at = skip(*at);
    if (**at != byte)
        line_fail("error", "the line is not a flat object of texts and integers");
    *at = skip(*at + 1);
}

static void read_member(char **at)
{
    struct member *member = &members[member_count++];
    size_t len;
    if (member_count >= MEMBERS)
        line_fail("error", "too many members");
    expect(at, '"');
    member->name = read_text(at, &len);
    expect(at, ':');
    if (**at == '"') {
        ++*at;
        member->text = read_text(at, &member->len);
        read_bytes(member);
    } else {
        char *end;
        member->text = NULL;
        member->number = strtoll(*at, &end, 10);
        if (end == *at || strchr(".eE", *end))
            line_fail("error", "a value is neither a text nor an integer");
        *at = end;
    }
    *at = skip(*at);
}

/* As getline() of POSIX, which Windows has not. */
static int read_whole_line(void)
{
    size_t len = 0;
    int byte;
#ifdef _WIN32
    /* Lines as they are, and nothing that ends them but their end. */
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
#endif
    byte = getchar();
    if (byte == EOF)
        return 0;
    for (;;) {
        if (len + 2 > line_room) {
            line_room = 2 * line_room + 4096;
            line = realloc(line, line_room);
            if (!line)
                exit(3);
        }
        if (byte == EOF || byte == '\n')
            break;
        line[len++] = (char)byte;
        byte = getchar();
    }
    line[len] = '\0';
    return 1;
}

int line_read(void)
{
    char *at;
    if (!read_whole_line())
        return 0;
    member_count = 0;
    at = line;
    expect(&at, '{');
    while (*at != '}') {
        read_member(&at);
        if (*at == ',')
            at++;
    }
    return 1;
}

static const struct member *find(const char *name)
{
    size_t i;
    for (i = 0; i < member_count; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

const char *line_text(const char *name)
{
    const struct member *member = find(name);
    return member ? member->text : NULL;
}

size_t line_length(const char *name)
{
    const struct member *member = find(name);
    return member && member->text ? member->len : 0;
}

int line_has(const char *name)
{
    return find(name) != NULL;
}

int64_t line_number(const char *name)
{
    const struct member *member = find(name);
    return member && !member->text ? member->number : 0;
}

const char *line_next(const char *prefix, size_t *at, const char **value)
{
    size_t len = strlen(prefix);
    while (*at < member_count) {
        const struct member *member = &members[(*at)++];
        if (member->text && strncmp(member->name, prefix, len) == 0) {
            *value = member->text;
            return member->name + len;
        }
    }
    return NULL;
}

static void write_text(const char *text, size_t len)
{
    size_t i;
    putchar('"');
    for (i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte < 0x20)
            printf("\\u%04x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

static void write_name(const char *name)
{
    fputs(said ? ", " : "{", stdout);
    said = 1;
    write_text(name, strlen(name));
    fputs(": ", stdout);
}

void line_say_span(const char *name, const char *text, size_t len)
{
    write_name(name);
    if (text)
        write_text(text, len);
    else
        fputs("null", stdout);
}

void line_say_text(const char *name, const char *text)
{
    line_say_span(name, text, text ? strlen(text) : 0);
}

void line_say_number(const char *name, int64_t number)
{
    write_name(name);
    printf("%" PRId64, number);
}

void line_say_bytes(const char *name, const uint8_t *bytes, size_t len)
{
    size_t i;
    write_name(name);
    putchar('"');
    for (i = 0; i < len; i++)
        printf("%02x", bytes[i]);
    putchar('"');
}

static int items;

void line_say_list(const char *name)
{
    write_name(name);
    putchar('[');
    items = 0;
}

void line_say_item(void)
{
    if (items++)
        fputs(", ", stdout);
    said = 0;
}

void line_say_item_end(void)
{
    putchar('}');
}

void line_say_list_end(void)
{
    putchar(']');
    said = 1;
}

void line_say_end(void)
{
    puts(said ? "}" : "{}");
    fflush(stdout);
    said = 0;
}
