/*
 * The load: both parties of many calls, in one thread. Each party has a socket of its own and sends a packet of G.711
 * (160 bytes, RTP) every 20 ms, at a moment of its own within them, by the clock. Each packet says in its payload whose
 * it is, its number, and when it was sent; what comes out at the other end is held against that.
 *
 *   generator CALLS          says "ports P P …" (caller's and callee's of each call), then reads lines:
 *     call I CALLER CALLEE   from now on both parties of call I send, to these ports of 127.0.0.1
 *     begin                  what is sent from now on is counted
 *     end                    it sends no more, waits a second for what is under way, and four more if something is
 *                            missing then, tells the result and ends
 *
 * The kernel stamps what arrives (SO_TIMESTAMPNS): the delay is from our call of send() to the moment in which the side's
 * packet lies in our socket. So nothing need wake us: ten thousand times a second we send what is due and take what has
 * come, which costs half of what waiting for each packet does, and no side pays for waking us.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CALLS_MAX = 8192,
    EVENTS = 256,
    SENDS_IN_A_TURN = 64,
    RTP_BYTES = 12,
    PAYLOAD_BYTES = 160,
    MARK_BYTES = 24,
    LINE_BYTES = 256,
    OCTAVES = 36, /* of nanoseconds: up to a minute */
    STEPS = 64    /* of equal width in each of them: told to 2 % */
};

static const int64_t PERIOD_NANOS = 20000000;
static const int64_t TURN_NANOS = 100000;
static const int64_t LATE_NANOS = 2000000;
static const int64_t DRAIN_NANOS = 1000000000;
static const int64_t DRAIN_MAX_NANOS = INT64_C(5000000000); /* what comes later than that is lost to any listener */
static const uint32_t MAGIC = 0x6b6f6567; /* a payload of ours */

/* In front of the payload; the rest of it is a stretch of `audio` that the number decides. */
struct mark {
    uint32_t magic, stream;
    uint64_t number;
    int64_t sent_nanos;
};

/* One direction of a call. Stream s is sent by socket s and comes out at socket s ^ 1. */
struct stream {
    int fd, running;
    int64_t phase_nanos;
    uint64_t next;    /* number of its next packet */
    uint64_t from;    /* the first that counts */
    uint64_t highest; /* received, plus one; 0 none yet */
    uint64_t seen;    /* bit k: highest - 1 - k was received */
};

struct histogram {
    uint64_t counts[OCTAVES][STEPS], total;
    int64_t most;
};

static struct stream *streams;
static int *order; /* streams by phase */
static int total;  /* streams */
static int counting, ended;
static uint64_t sent, unsent, received, duplicated, disordered, wrong, late;
static struct histogram delays, lateness;
static unsigned char audio[256 + PAYLOAD_BYTES];

static void die(const char *what) {
    fprintf(stderr, "generator: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_nanos(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void count(struct histogram *histogram, int64_t nanos) {
    uint64_t value = nanos < 0 ? 0 : (uint64_t)nanos;
    int octave = value < STEPS ? 0 : 63 - __builtin_clzll(value) - 5; /* the top six bits below the first one */
    if (octave >= OCTAVES) octave = OCTAVES - 1;
    uint64_t step = octave == 0 ? value : (value >> (octave - 1)) - STEPS;
    histogram->counts[octave][step < STEPS ? step : STEPS - 1]++;
    histogram->total++;
    if (nanos > histogram->most) histogram->most = nanos;
}

/* The upper end of the step in which this share of all has been counted, in microseconds. */
static double percentile(const struct histogram *histogram, double share) {
    uint64_t wanted = (uint64_t)(share * (double)histogram->total), passed = 0;
    for (int octave = 0; octave < OCTAVES; octave++) {
        for (int step = 0; step < STEPS; step++) {
            passed += histogram->counts[octave][step];
            if (passed > wanted) {
                uint64_t end = octave == 0 ? (uint64_t)step + 1 : ((uint64_t)step + STEPS + 1) << (octave - 1);
                double top = (double)histogram->most / 1e3;
                return (double)end / 1e3 < top ? (double)end / 1e3 : top;
            }
        }
    }
    return (double)histogram->most / 1e3;
}

static void send_one(struct stream *stream, int64_t due) {
    unsigned char packet[RTP_BYTES + PAYLOAD_BYTES];
    uint32_t id = (uint32_t)(stream - streams);
    uint16_t sequence = htons((uint16_t)stream->next);
    uint32_t timestamp = htonl((uint32_t)(stream->next * PAYLOAD_BYTES));
    uint32_t ssrc = htonl(0x10000000u + id);
    packet[0] = 0x80;
    packet[1] = 0;
    memcpy(packet + 2, &sequence, 2);
    memcpy(packet + 4, &timestamp, 4);
    memcpy(packet + 8, &ssrc, 4);
    memcpy(packet + RTP_BYTES + MARK_BYTES, audio + (stream->next & 255), PAYLOAD_BYTES - MARK_BYTES);
    struct mark mark = {MAGIC, id, stream->next, now_nanos(CLOCK_REALTIME)};
    memcpy(packet + RTP_BYTES, &mark, MARK_BYTES);
    ssize_t done = send(stream->fd, packet, sizeof packet, 0);
    if (done < 0) done = send(stream->fd, packet, sizeof packet, 0); /* the first told of an ICMP error */
    stream->next++;
    if (!counting) return;
    int64_t behind = now_nanos(CLOCK_MONOTONIC) - due;
    count(&lateness, behind);
    late += behind > LATE_NANOS;
    sent++;
    unsent += done < 0;
}

/* Whether this packet is one that counts and was not here before. */
static int is_new(struct stream *stream, uint64_t number) {
    if (number >= stream->highest) {
        uint64_t ahead = number + 1 - stream->highest;
        stream->seen = ahead < 64 ? stream->seen << ahead | 1 : 1;
        stream->highest = number + 1;
        return number >= stream->from;
    }
    uint64_t behind = stream->highest - 1 - number;
    if (number < stream->from) return 0;
    if (behind < 64 && stream->seen >> behind & 1) {
        duplicated += (uint64_t)counting;
        return 0;
    }
    if (behind < 64) stream->seen |= UINT64_C(1) << behind;
    disordered += (uint64_t)counting;
    return 1;
}

static void receive_one(int at) {
    unsigned char packet[2048];
    union { char bytes[CMSG_SPACE(sizeof(struct timespec))]; struct cmsghdr align; } control;
    struct iovec vector = {packet, sizeof packet};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t length = recvmsg(streams[at].fd, &message, 0);
    if (length <= 0) return;
    struct mark mark = {0};
    if (length == RTP_BYTES + PAYLOAD_BYTES) memcpy(&mark, packet + RTP_BYTES, MARK_BYTES);
    struct stream *stream = &streams[at ^ 1];
    if (mark.magic != MAGIC || mark.stream != (uint32_t)(at ^ 1) || mark.number >= stream->next
            || memcmp(packet + RTP_BYTES + MARK_BYTES, audio + (mark.number & 255), PAYLOAD_BYTES - MARK_BYTES)) {
        wrong += (uint64_t)counting; /* such as a notice that is still played */
        return;
    }
    if (!is_new(stream, mark.number) || !counting) return;
    received++;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
        struct timespec arrived;
        memcpy(&arrived, CMSG_DATA(header), sizeof arrived);
        count(&delays, arrived.tv_sec * INT64_C(1000000000) + arrived.tv_nsec - mark.sent_nanos);
    }
}

static void run_call(int call, int caller_port, int callee_port) {
    if (call < 0 || call >= total / 2) return;
    for (int s = 2 * call; s <= 2 * call + 1; s++) {
        struct sockaddr_in side = {.sin_family = AF_INET};
        side.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        side.sin_port = htons((uint16_t)(s & 1 ? callee_port : caller_port));
        if (connect(streams[s].fd, (struct sockaddr *)&side, sizeof side) < 0) die("connect");
        streams[s].running = 1;
    }
}

static void obey(const char *line) {
    int call, caller, callee;
    if (sscanf(line, "call %d %d %d", &call, &caller, &callee) == 3) {
        run_call(call, caller, callee);
    } else if (strcmp(line, "begin") == 0) {
        counting = 1;
        for (int s = 0; s < total; s++) streams[s].from = streams[s].next;
    } else if (strcmp(line, "end") == 0) {
        ended = 1;
    } else {
        fprintf(stderr, "generator: not understood: %s\n", line);
        exit(2);
    }
}

/* Whole lines of what waits on stdin; its end is ours, so that nothing outlives the benchmark. */
static void listen_to_orders(void) {
    static char line[LINE_BYTES];
    static size_t used;
    ssize_t n = read(STDIN_FILENO, line + used, sizeof line - 1 - used);
    if (n == 0) exit(1);
    if (n < 0) return;
    used += (size_t)n;
    line[used] = 0;
    char *begin = line, *end;
    while ((end = strchr(begin, '\n'))) {
        *end = 0;
        obey(begin);
        begin = end + 1;
    }
    used -= (size_t)(begin - line);
    memmove(line, begin, used);
    if (used == sizeof line - 1) exit(2);
}

static void rest(int64_t until) {
    struct timespec moment = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL);
}

static int by_phase(const void *left, const void *right) {
    int64_t a = streams[*(const int *)left].phase_nanos, b = streams[*(const int *)right].phase_nanos;
    return (a > b) - (a < b);
}

static void open_sockets(int epoll) {
    int on = 1;
    for (int s = 0; s < total; s++) {
        struct sockaddr_in own = {.sin_family = AF_INET};
        own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof own;
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0) die("socket");
        if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) die("SO_TIMESTAMPNS");
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)s};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
        getsockname(fd, (struct sockaddr *)&own, &size);
        printf(s == 0 ? "ports %d" : " %d", ntohs(own.sin_port));
        streams[s] = (struct stream){.fd = fd, .phase_nanos = (int64_t)(drand48() * (double)PERIOD_NANOS)};
        order[s] = s;
    }
    printf("\n");
    fflush(stdout);
    qsort(order, (size_t)total, sizeof *order, by_phase);
}

static void tell(void) {
    printf("{\"sent\":%" PRIu64 ",\"unsent\":%" PRIu64 ",\"received\":%" PRIu64 ",\"duplicated\":%" PRIu64
           ",\"out_of_order\":%" PRIu64 ",\"wrong\":%" PRIu64 ",\"late\":%" PRIu64,
           sent, unsent, received, duplicated, disordered, wrong, late);
    printf(",\"delay_p50_micros\":%.1f,\"delay_p99_micros\":%.1f,\"delay_p999_micros\":%.1f,\"delay_max_micros\":%.1f",
           percentile(&delays, .5), percentile(&delays, .99), percentile(&delays, .999), (double)delays.most / 1e3);
    printf(",\"late_p99_micros\":%.1f,\"late_max_micros\":%.1f}\n", percentile(&lateness, .99),
           (double)lateness.most / 1e3);
    fflush(stdout);
}

int main(int argc, char **argv) {
    int calls = argc == 2 ? atoi(argv[1]) : 0;
    if (calls < 1 || calls > CALLS_MAX) {
        fprintf(stderr, "usage: generator CALLS\n");
        return 2;
    }
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    setpriority(PRIO_PROCESS, 0, -15); /* calls come from outside: no side's threads beside us hold them up */
    prctl(PR_SET_TIMERSLACK, 1000); /* nanoseconds: wake when asked to */
    srand48(getpid());
    for (size_t i = 0; i < sizeof audio; i++) audio[i] = (unsigned char)(i * 167 + 13);
    total = 2 * calls;
    streams = calloc((size_t)total, sizeof *streams);
    order = calloc((size_t)total, sizeof *order);
    int epoll = epoll_create1(0);
    if (!streams || !order || epoll < 0) die("start");
    open_sockets(epoll);
    struct epoll_event orders = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &orders) < 0) die("stdin");

    int64_t turn = now_nanos(CLOCK_MONOTONIC) + PERIOD_NANOS, until = 0; /* when this round of all streams began */
    int at = 0;
    for (;;) {
        int64_t now = now_nanos(CLOCK_MONOTONIC), due = turn + streams[order[at]].phase_nanos;
        for (int sends = 0; !ended && due <= now && sends < SENDS_IN_A_TURN;) {
            struct stream *stream = &streams[order[at]];
            if (stream->running) {
                send_one(stream, due);
                sends++;
            }
            if (++at == total) {
                at = 0;
                turn += PERIOD_NANOS;
            }
            due = turn + streams[order[at]].phase_nanos;
        }
        if (ended && until == 0) until = now + DRAIN_NANOS;
        if (ended && now >= until
                && (received + unsent >= sent || now >= until + DRAIN_MAX_NANOS - DRAIN_NANOS)) break;
        struct epoll_event events[EVENTS];
        int n = epoll_wait(epoll, events, EVENTS, 0);
        for (int i = 0; i < n; i++) {
            if (events[i].data.u32 == UINT32_MAX) listen_to_orders();
            else receive_one((int)events[i].data.u32);
        }
        if (n < EVENTS && (ended || due > now)) rest(!ended && due > now + TURN_NANOS ? due : now + TURN_NANOS);
    }
    tell();
    return 0;
}
