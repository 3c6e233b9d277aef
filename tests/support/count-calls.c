/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Counts, in a program that it is preloaded into (LD_PRELOAD), the calls that may
 * not be one a packet: those that send, those that receive, those that sleep, and
 * those that allocate.  The counters are 64-bit words in the file that
 * OYER_COUNT_CALLS names (it must have the room), for whoever maps it too.
 *
 * Thread: any.
 */

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <dlfcn.h>

/* The order is part of the file's format. */
enum { SEND, RECEIVE, SLEEP, ALLOCATE, KINDS };

static uint64_t nowhere[KINDS], *counters = nowhere;

__attribute__((constructor)) static void map_counters(void)
{
    const char *path = getenv("OYER_COUNT_CALLS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *mapped =
        fd < 0 ? MAP_FAILED
               : mmap(NULL, sizeof nowhere, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (mapped != MAP_FAILED)
        counters = mapped;
    if (fd >= 0)
        close(fd);
}

static void count(int kind)
{
    (void)__atomic_fetch_add(&counters[kind], 1, __ATOMIC_RELAXED);
}

/* The function of that name behind ours, looked up once. */
#define REAL(name)                 \
    static __typeof__(&name) real; \
    if (!real)                     \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    REAL(sendmsg);
    count(SEND);
    return real(fd, message, flags);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int length, int flags)
{
    REAL(sendmmsg);
    count(SEND);
    return real(fd, messages, length, flags);
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int length, int flags,
             struct timespec *timeout)
{
    REAL(recvmmsg);
    count(RECEIVE);
    return real(fd, messages, length, flags, timeout);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    REAL(recvmsg);
    count(RECEIVE);
    return real(fd, message, flags);
}

int epoll_pwait2(int fd, struct epoll_event *events, int length,
                 const struct timespec *timeout, const sigset_t *mask)
{
    REAL(epoll_pwait2);
    count(SLEEP);
    return real(fd, events, length, timeout, mask);
}

/* glibc's own names: to look them up would allocate. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t length, size_t size);
extern void *__libc_realloc(void *old, size_t size);
void *malloc(size_t size);
void *calloc(size_t length, size_t size);
void *realloc(void *old, size_t size);

void *malloc(size_t size)
{
    count(ALLOCATE);
    return __libc_malloc(size);
}

void *calloc(size_t length, size_t size)
{
    count(ALLOCATE);
    return __libc_calloc(length, size);
}

void *realloc(void *old, size_t size)
{
    count(ALLOCATE);
    return __libc_realloc(old, size);
}
