/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>

/* The program, its libraries, fonts' names and character maps. */
#define FILES_MAX 32

/* ---- files: Landlock ---- */

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE)
#define SEE (READ | LANDLOCK_ACCESS_FS_READ_DIR)
#define ALL ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1) /* of its first version */

static gboolean allow(int rules, int fd, guint64 access)
{
    const struct landlock_path_beneath_attr beneath = {.allowed_access = access,
                                                       .parent_fd = fd};

    return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath,
                   0) == 0;
}

/* Only what a program of the system is made of, and the document itself. */
static gboolean confine_files(void)
{
    static const char *const places[] = {"/usr",     "/lib",       "/lib64",
                                         "/bin",     "/etc/fonts", "/etc/ld.so.cache",
                                         "/dev/null"};
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = ALL};
    int rules =
        (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);

    if (rules < 0)
        return errno == ENOSYS || errno == EOPNOTSUPP;
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        int place = open(places[i], O_PATH | O_CLOEXEC);
        if (place < 0)
            continue;
        if (!allow(rules, place, SEE))
            (void)allow(rules, place, LANDLOCK_ACCESS_FS_READ_FILE);
        (void)close(place);
    }
    (void)allow(rules, STDIN_FILENO, LANDLOCK_ACCESS_FS_READ_FILE);
    gboolean done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    (void)close(rules);
    return done;
}

/* ---- system calls: seccomp ---- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter of system calls does not know this machine"
#endif

#define FIELD(name) ((guint32)offsetof(struct seccomp_data, name))
#define LOAD(name) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(name))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)
#define REFUSE ANSWER(SECCOMP_RET_ERRNO | EPERM)
/* Refuses system call @name. */
#define NO(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), REFUSE
/* Refuses @name when its argument @n (from 0, its low half) has one of @bits. */
#define NO_BITS(name, n, bits)                                            \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4), LOAD(args[n]), \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1), REFUSE, LOAD(nr)

#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

static gboolean confine_calls(void)
{
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
        /* The other numbers of x32 are of another table. */
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        /* files are read only */
        NO_BITS(openat, 2, WRITING),
#ifdef SYS_open
        NO_BITS(open, 1, WRITING),
        NO(creat),
        NO(unlink),
        NO(rename),
        NO(mkdir),
        NO(rmdir),
        NO(link),
        NO(symlink),
        NO(mknod),
        NO(chmod),
        NO(chown),
        NO(fork),
        NO(vfork),
#endif
        NO(openat2),
        NO(unlinkat),
        NO(renameat2),
        NO(mkdirat),
        NO(linkat),
        NO(symlinkat),
        NO(mknodat),
        NO(fchmodat),
        NO(fchownat),
        NO(truncate),
        NO(ftruncate),
        NO(memfd_create),
        /* no network, nobody else */
        NO(socket),
        NO(socketpair),
        NO(connect),
        NO(bind),
        NO(listen),
        NO(accept),
        NO(accept4),
        NO(sendto),
        NO(sendmsg),
        NO(clone),
        NO(clone3),
        NO(kill),
        NO(ptrace),
        NO(process_vm_readv),
        NO(process_vm_writev),
        NO(pidfd_getfd),
        NO(pidfd_send_signal),
        NO(shmget),
        NO(msgget),
        NO(semget),
        /* no way out, no way up */
        NO(unshare),
        NO(setns),
        NO(mount),
        NO(umount2),
        NO(pivot_root),
        NO(chroot),
        NO(bpf),
        NO(io_uring_setup),
        NO(userfaultfd),
        NO(perf_event_open),
        NO(keyctl),
        NO(add_key),
        NO(request_key),
        NO(init_module),
        NO(finit_module),
        NO(delete_module),
        NO(kexec_load),
        NO(reboot),
        NO(setuid),
        NO(setgid),
        NO(setresuid),
        NO(setresgid),
        NO(prlimit64),
        NO(personality),
        ANSWER(SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {G_N_ELEMENTS(filter), filter};

    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

/* ---- all together ---- */

static gboolean limit(int resource, guint64 most)
{
    const struct rlimit value = {most, most};

    return setrlimit((__rlimit_resource_t)resource, &value) == 0;
}

gboolean oyer_confine(const OyerConfinement *self)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        !limit(RLIMIT_CPU, self->cpu_s) || !limit(RLIMIT_AS, self->memory_bytes) ||
        !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NOFILE, FILES_MAX) ||
        !limit(RLIMIT_CORE, 0))
        return FALSE;
    (void)setpriority(PRIO_PROCESS, 0, 10);
    if (unshare(CLONE_NEWNET))
        (void)unshare(CLONE_NEWUSER | CLONE_NEWNET);
    return confine_files() && confine_calls();
}
