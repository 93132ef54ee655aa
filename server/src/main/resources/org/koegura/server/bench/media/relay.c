/*
 * The yardstick: as little as a relay of RTP can do. One thread, epoll, a socket a leg, connected as soon as its party
 * has sent; what comes in on one leg of a call goes out on the other. With a folder it also records, plainly: a file a
 * call in the form of pcap, through a buffer, and the buffers are not full all at once.
 *
 *   relay CALLS [FOLDER]   says "ports P P …" (two of 127.0.0.1 for each call) and ends on SIGTERM, its buffers written
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CALLS_MAX = 8192, PACKET_MAX = 2048, EVENTS = 256, TAPE_BYTES = 16384 };

/* A pcap file of packets without any header below RTP (LINKTYPE_USER0). */
struct file_header {
    uint32_t magic;
    uint16_t major, minor;
    uint32_t zone, accuracy, snap, link;
};

struct record_header {
    uint32_t seconds, micros, kept, length;
};

struct tape {
    int fd;
    size_t used;
    size_t limit; /* written when it would grow beyond */
    unsigned char bytes[TAPE_BYTES];
};

struct leg {
    int fd;
    int connected;
    struct leg *far;
    struct tape *tape; /* of the call; none where nothing is recorded */
};

static volatile sig_atomic_t stopped;

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static void die(const char *what) {
    fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* A socket at a port that is free, which it tells. */
static int bound(void) {
    struct sockaddr_in own = {.sin_family = AF_INET};
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof own;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    if (bind(fd, (struct sockaddr *)&own, size) < 0) die("bind");
    if (getsockname(fd, (struct sockaddr *)&own, &size) < 0) die("getsockname");
    printf(" %d", ntohs(own.sin_port));
    return fd;
}

static void write_out(struct tape *tape) {
    size_t done = 0;
    while (done < tape->used) {
        ssize_t n = write(tape->fd, tape->bytes + done, tape->used - done);
        if (n < 0 && errno != EINTR) die("write");
        if (n > 0) done += (size_t)n;
    }
    tape->used = 0;
    tape->limit = TAPE_BYTES;
}

static void keep(struct tape *tape, const unsigned char *packet, size_t length) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct record_header header = {(uint32_t)now.tv_sec, (uint32_t)(now.tv_nsec / 1000), (uint32_t)length,
                                   (uint32_t)length};
    if (tape->used + sizeof header + length > tape->limit) write_out(tape);
    memcpy(tape->bytes + tape->used, &header, sizeof header);
    memcpy(tape->bytes + tape->used + sizeof header, packet, length);
    tape->used += sizeof header + length;
}

/* Its first flush comes the sooner, the lower its number: so the writes of all calls are spread from then on. */
static struct tape *begun(const char *folder, int call, int calls) {
    char path[4096];
    struct tape *tape = calloc(1, sizeof *tape);
    if (!tape) die("calloc");
    snprintf(path, sizeof path, "%s/call-%d.pcap", folder, call);
    tape->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (tape->fd < 0) die(path);
    struct file_header header = {0xa1b2c3d4, 2, 4, 0, 0, PACKET_MAX, 147};
    memcpy(tape->bytes, &header, sizeof header);
    tape->used = sizeof header;
    tape->limit = PACKET_MAX + (size_t)call * (TAPE_BYTES - PACKET_MAX) / (size_t)calls;
    return tape;
}

/* One packet, if there is one; epoll comes back to a leg that has more. */
static void forward(struct leg *leg) {
    unsigned char packet[PACKET_MAX];
    ssize_t length;
    if (leg->connected) {
        length = recv(leg->fd, packet, sizeof packet, 0);
    } else {
        struct sockaddr_in party;
        socklen_t size = sizeof party;
        length = recvfrom(leg->fd, packet, sizeof packet, 0, (struct sockaddr *)&party, &size);
        if (length >= 0 && connect(leg->fd, (struct sockaddr *)&party, size) == 0) leg->connected = 1;
    }
    if (length <= 0) return; /* nothing there, or an ICMP error that is told only once */
    if (leg->far->connected) send(leg->far->fd, packet, (size_t)length, 0);
    if (leg->tape) keep(leg->tape, packet, (size_t)length);
}

static void watch(int epoll, struct leg *leg) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = leg};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, leg->fd, &event) < 0) die("epoll_ctl");
}

int main(int argc, char **argv) {
    int calls = argc == 2 || argc == 3 ? atoi(argv[1]) : 0;
    if (calls < 1 || calls > CALLS_MAX) {
        fprintf(stderr, "usage: relay CALLS [FOLDER]\n");
        return 2;
    }
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1");
    struct leg *legs = calloc(2 * (size_t)calls, sizeof *legs);
    if (!legs) die("calloc");
    printf("ports");
    for (int call = 0; call < calls; call++) {
        struct leg *pair = legs + 2 * call;
        struct tape *tape = argc == 3 ? begun(argv[2], call, calls) : NULL;
        pair[0] = (struct leg){.fd = bound(), .far = pair + 1, .tape = tape};
        pair[1] = (struct leg){.fd = bound(), .far = pair, .tape = tape};
        watch(epoll, pair);
        watch(epoll, pair + 1);
    }
    printf("\n");
    fflush(stdout);
    while (!stopped) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < n; i++) forward(events[i].data.ptr);
    }
    for (int call = 0; argc == 3 && call < calls; call++) write_out(legs[2 * call].tape);
    return 0;
}
