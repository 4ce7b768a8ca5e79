/*
 * agent: the hand of resource and file faults inside another process's world. Runs in a helper container (or as a child
 * of the engine, for processes of this machine). Needs no library and no shell; every argument is data.
 *
 *   agent file   ID PID ROOT FOLDER NAME look | read LIMIT | write SIZE CREATE STAMP... | stamp STAMP... | rename TO
 *                STAMP = MODE UID GID ATIME_S ATIME_NS MTIME_S MTIME_NS (decimal); all "-" leaves them
 *   agent cgroup ID PID get FILE... | set FILE VALUE [FILE VALUE]...
 *   agent limits ID PID get | set PID:TICKS=SOFT... | reset MARKED SOFT PID:TICKS=SOFT...
 *   agent disk   PATH                        major:minor of the disk under PATH, as pid 1 sees it
 *   agent space  ID PID ROOT FOLDER          bytes of the file system: all, free for users
 *   agent hold   MARK ID PID cpu CORES PERMILLE | memory BYTES RAMP_MS FLOOR | fill ROOT FOLDER BYTES FLOOR
 *                            | connect ADDRESS_HEX PORT COUNT
 *   agent wait                               nothing, until stdin ends or its lease is over; others are run beside it
 *   agent look   MARK PORT                   what the workers of `hold MARK` have: one line for each
 *
 * ID is a container's id, which must stand in /proc/PID/cgroup; "-" for a process of this machine. `hold` works in
 * children that join the cgroups of PID. It ends with its stdin, with PID, with its lease (a line "SECONDS" on stdin sets
 * it), and when a child dies.
 *
 * Exit codes: 2 usage, 3 PID is not of ID, 4 no such file, 5 no such folder, 6 the kernel refused, 7 floor reached,
 * 8 PID has ended, 9 a child died, 10 lease over.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;
typedef long word;

#if defined(__x86_64__)
enum { SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_mmap = 9, SYS_socket = 41, SYS_connect = 42, SYS_getsockopt = 55,
       SYS_clone = 56, SYS_wait4 = 61, SYS_kill = 62, SYS_fsync = 74, SYS_ftruncate = 77, SYS_fchmod = 91, SYS_fchown = 93,
       SYS_fstatfs = 138, SYS_prctl = 157, SYS_getdents64 = 217, SYS_clock_gettime = 228, SYS_exit = 231, SYS_openat = 257,
       SYS_unlinkat = 263, SYS_readlinkat = 267, SYS_ppoll = 271, SYS_utimensat = 280, SYS_fallocate = 285, SYS_dup3 = 292,
       SYS_pipe2 = 293, SYS_prlimit64 = 302, SYS_renameat2 = 316, SYS_getpid = 39, SYS_getppid = 110,
       SYS_setresuid = 117, SYS_setresgid = 119 };
enum { O_DIRECTORY = 0x10000, O_NOFOLLOW = 0x20000 };
static word call6(word n, word a, word b, word c, word d, word e, word f) {
  register word r10 __asm__("r10") = d;
  register word r8 __asm__("r8") = e;
  register word r9 __asm__("r9") = f;
  word result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start:\n mov %rsp,%rdi\n and $-16,%rsp\n call begin\n");
#elif defined(__aarch64__)
enum { SYS_read = 63, SYS_write = 64, SYS_close = 57, SYS_mmap = 222, SYS_socket = 198, SYS_connect = 203,
       SYS_getsockopt = 209, SYS_clone = 220, SYS_wait4 = 260, SYS_kill = 129, SYS_fsync = 82, SYS_ftruncate = 46,
       SYS_fchmod = 52, SYS_fchown = 55, SYS_fstatfs = 44, SYS_prctl = 167, SYS_getdents64 = 61, SYS_clock_gettime = 113,
       SYS_exit = 94, SYS_openat = 56, SYS_unlinkat = 35, SYS_readlinkat = 78, SYS_ppoll = 73, SYS_utimensat = 88,
       SYS_fallocate = 47, SYS_dup3 = 24, SYS_pipe2 = 59, SYS_prlimit64 = 261, SYS_renameat2 = 276, SYS_getpid = 172,
       SYS_getppid = 173, SYS_setresuid = 147, SYS_setresgid = 149 };
enum { O_DIRECTORY = 0x4000, O_NOFOLLOW = 0x8000 };
static word call6(word n, word a, word b, word c, word d, word e, word f) {
  register word x8 __asm__("x8") = n;
  register word x0 __asm__("x0") = a;
  register word x1 __asm__("x1") = b;
  register word x2 __asm__("x2") = c;
  register word x3 __asm__("x3") = d;
  register word x4 __asm__("x4") = e;
  register word x5 __asm__("x5") = f;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
__asm__(".globl _start\n_start:\n mov x0,sp\n bl begin\n");
#else
#error "agent knows x86-64 and arm64"
#endif
#if defined(__x86_64__)
enum { SYS_statx = 332 };
#else
enum { SYS_statx = 291 };
#endif
enum { SYS_pidfd_open = 434, SYS_openat2 = 437 };
enum { HERE = -100, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0100, O_EXCL = 0200, O_NONBLOCK = 04000, O_CLOEXEC = 02000000,
       O_PATH = 010000000, O_TMP = 020000000 };
enum { NO_MAGIC = 2, NO_LINKS = 4, BENEATH = 8, IN_ROOT = 16 };
enum { USAGE = 2, FOREIGN = 3, NO_FILE = 4, NO_FOLDER = 5, REFUSED = 6, FLOOR = 7, ENDED = 8, DIED = 9, LAPSED = 10 };
enum { ENOENT = 2, ESRCH = 3, ENOTDIR = 20, ENOSPC = 28, ELOOP = 40, EINPROGRESS = 115 };

#define sys(n, a, b, c, d, e) call6(SYS_##n, (word)(a), (word)(b), (word)(c), (word)(d), (word)(e), 0)

void *memcpy(void *to, const void *from, unsigned long n) {
  u8 *t = to;
  const u8 *f = from;
  while (n--) *t++ = *f++;
  return to;
}
void *memset(void *to, int value, unsigned long n) {
  u8 *t = to;
  while (n--) *t++ = (u8)value;
  return to;
}
static unsigned long length(const char *s) {
  unsigned long n = 0;
  while (s[n]) n++;
  return n;
}
static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}
static int begins(const char *text, const char *with) {
  while (*with && *text == *with) text++, with++;
  return *with == 0;
}
static int contains(const char *text, const char *part) {
  for (; *text; text++)
    if (begins(text, part)) return 1;
  return 0;
}
static void leave(int code) {
  for (;;) sys(exit, code, 0, 0, 0, 0);
}
static int put(int fd, const void *from, u64 n) {
  const u8 *p = from;
  while (n > 0) {
    word wrote = sys(write, fd, p, n, 0, 0);
    if (wrote == -4) continue;
    if (wrote <= 0) return (int)(wrote == 0 ? -5 : wrote);
    p += wrote;
    n -= (u64)wrote;
  }
  return 0;
}
static void say(int fd, const char *s) { put(fd, s, length(s)); }
static void sayNumber(int fd, i64 value, const char *then) {
  char text[24], *p = text + 23;
  u64 rest = value < 0 ? (u64)-value : (u64)value;
  *p = 0;
  do *--p = (char)('0' + rest % 10);
  while (rest /= 10);
  if (value < 0) *--p = '-';
  say(fd, p);
  say(fd, then);
}
static void fail(int code, const char *what, word error) {
  say(2, what);
  if (error < 0) {
    say(2, ": errno ");
    sayNumber(2, -error, "");
  }
  say(2, "\n");
  leave(code);
}
static i64 number(const char *s) {
  i64 value = 0;
  int negative = *s == '-' && s[1];
  if (negative) s++;
  for (; *s >= '0' && *s <= '9'; s++) value = value * 10 + (*s - '0');
  return negative ? -value : value;
}
static char *add(char *to, const char *s) {
  while ((*to = *s)) to++, s++;
  return to;
}
/* "a" + "b" + "c" into a buffer of 4096 bytes; longer paths are refused. */
static const char *joined(char *buffer, const char *a, const char *b, const char *c) {
  if (length(a) + length(b) + length(c) > 4090) fail(USAGE, "a path is too long", 0);
  add(add(add(buffer, a), b), c);
  return buffer;
}
static const char *text(i64 value) {
  static char buffers[4][24];
  static int turn;
  char *p = buffers[turn = (turn + 1) & 3] + 23;
  *p = 0;
  do *--p = (char)('0' + value % 10);
  while (value /= 10);
  return p;
}
static u64 now(void) { /* milliseconds, monotonic */
  word t[2] = {0, 0};
  sys(clock_gettime, 1, t, 0, 0, 0);
  return (u64)t[0] * 1000ull + (u64)t[1] / 1000000ull;
}
static void rest(u64 ms) {
  word t[2] = {(word)(ms / 1000), (word)(ms % 1000) * 1000000};
  call6(SYS_ppoll, 0, 0, (word)t, 0, 8, 0);
}
static u8 *memory(u64 n) {
  word p = call6(SYS_mmap, 0, (word)n, 3, 0x22, -1, 0);
  return p < 0 && p > -4096 ? 0 : (u8 *)p;
}
static int slurp(const char *path, char *to, int size) {
  int fd = (int)sys(openat, HERE, path, O_CLOEXEC, 0, 0);
  int have = 0;
  word n;
  if (fd < 0) return fd;
  while (have < size - 1 && (n = sys(read, fd, to + have, size - 1 - have, 0, 0)) > 0) have += (int)n;
  sys(close, fd, 0, 0, 0, 0);
  to[have] = 0;
  return have;
}

/* ---- whose process ---- */
static char cgroups[16384], path[4096];
static void mustBelong(const char *id, const char *pid) {
  if (slurp(joined(path, "/proc/", pid, "/cgroup"), cgroups, sizeof cgroups) <= 0) fail(ENDED, "the process has ended", 0);
  if (!same(id, "-") && !contains(cgroups, id)) fail(FOREIGN, "the process is not of that container", 0);
}

/* ---- folders and files ---- */
struct how { u64 flags, mode, resolve; };
static int resolved(int at, const char *where, u64 resolve) {
  struct how how = {O_PATH | O_DIRECTORY | O_CLOEXEC, 0, resolve | NO_MAGIC | NO_LINKS};
  return (int)sys(openat2, at, where, &how, sizeof how, 0);
}
struct statfs { word type, size, blocks, free, available, more[16]; };
static int folderOf(const char *id, const char *pid, const char *root, const char *folder) {
  static const word FOREIGNERS[] = {0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x1cd1, 0x64626720, 0x74726163};
  struct statfs about;
  int top = (int)sys(openat, HERE, joined(path, "/proc/", pid, "/root"), O_PATH | O_DIRECTORY | O_CLOEXEC, 0, 0);
  int base, fd, usable;
  if (top < 0) fail(REFUSED, "cannot open the root of the process", top);
  mustBelong(id, pid);
  base = resolved(top, root, IN_ROOT);
  if (base < 0) fail(base == -ENOENT ? NO_FOLDER : REFUSED, "cannot open the allowed root", base);
  fd = resolved(base, folder, BENEATH);
  if (fd == -ELOOP) fail(REFUSED, "a symbolic link is on the way to the folder: name the path that it leads to", 0);
  if (fd == -ENOENT || fd == -ENOTDIR) fail(NO_FOLDER, "there is no such folder", fd);
  if (fd < 0) fail(REFUSED, "cannot open the folder within its root", fd);
  usable = (int)sys(openat, fd, ".", O_DIRECTORY | O_CLOEXEC, 0, 0);
  if (usable < 0) fail(REFUSED, "cannot read the folder", usable);
  if (sys(fstatfs, usable, &about, 0, 0, 0) < 0) fail(REFUSED, "cannot tell the file system", -1);
  for (u32 i = 0; i < sizeof FOREIGNERS / sizeof *FOREIGNERS; i++)
    if (about.type == FOREIGNERS[i]) fail(REFUSED, "the folder belongs to the kernel, not to the container", 0);
  return usable;
}
struct moment { i64 seconds; u32 nanoseconds; int pad; };
struct statx {
  u32 mask, blockSize;
  u64 attributes;
  u32 links, uid, gid;
  u16 mode, pad;
  u64 inode, size, blocks, attributesMask;
  struct moment accessed, born, changed, modified;
  u32 rdevMajor, rdevMinor, devMajor, devMinor;
  u64 more[14];
};
static void describe(const struct statx *s) {
  i64 fields[] = {s->devMajor, s->devMinor, (i64)s->inode, s->mode, s->uid, s->gid, s->links, (i64)s->size,
                  s->accessed.seconds, s->accessed.nanoseconds, s->modified.seconds, s->modified.nanoseconds};
  for (u32 i = 0; i < 12; i++) sayNumber(1, fields[i], i == 11 ? "\n" : " ");
}
static int opened(int folder, const char *name, u64 flags) {
  int fd = (int)sys(openat, folder, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600, 0);
  if (fd == -ENOENT) fail(NO_FILE, "there is no such file", fd);
  if (fd < 0) fail(REFUSED, "cannot open the file", fd);
  return fd;
}
static void stamp(int fd, char **s) {
  word times[4];
  word done;
  if (same(s[0], "-")) return;
  times[0] = number(s[3]), times[1] = number(s[4]), times[2] = number(s[5]), times[3] = number(s[6]);
  /* The owner first: a change of it clears setuid. */
  if ((done = sys(fchown, fd, number(s[1]), number(s[2]), 0, 0)) < 0) fail(REFUSED, "cannot set the owner", done);
  if ((done = sys(fchmod, fd, number(s[0]), 0, 0, 0)) < 0) fail(REFUSED, "cannot set the mode", done);
  if ((done = sys(utimensat, fd, 0, times, 0, 0)) < 0) fail(REFUSED, "cannot set the times", done);
}
static void read_(int folder, const char *name, const struct statx *about, u64 limit) {
  static u8 buffer[65536];
  int fd;
  word n;
  u64 left = about->size;
  if (left > limit) fail(USAGE, "the file is too large", 0);
  fd = opened(folder, name, 0);
  describe(about);
  while ((n = sys(read, fd, buffer, sizeof buffer, 0, 0)) > 0) put(1, buffer, (u64)n);
  if (n < 0) fail(REFUSED, "cannot read the file", n);
}
static void write_(int folder, const char *name, char **args) {
  u64 size = (u64)number(args[0]), have = 0;
  u8 *content = memory(size + 1);
  int fd, done;
  word n;
  if (content == 0) fail(REFUSED, "out of memory", 0);
  /* All of it is here before the file is touched. */
  while (have < size && (n = sys(read, 0, content + have, size - have, 0, 0)) > 0) have += (u64)n;
  if (have < size) fail(USAGE, "the content was cut off", 0);
  fd = same(args[1], "create") ? (int)sys(openat, folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600, 0)
                               : opened(folder, name, O_WRONLY);
  if (fd < 0) fail(REFUSED, "cannot create the file", fd);
  if ((done = put(fd, content, size)) < 0) fail(REFUSED, "cannot write the file", done);
  if ((done = (int)sys(ftruncate, fd, size, 0, 0, 0)) < 0) fail(REFUSED, "cannot cut the file to its size", done);
  stamp(fd, args + 2);
  if ((done = (int)sys(fsync, fd, 0, 0, 0, 0)) < 0) fail(REFUSED, "cannot make the file durable", done);
}
static void file(int argc, char **argv) {
  int folder;
  struct statx about;
  word seen, done;
  const char *name = argv[4], *verb = argv[5];
  if (argc < 6 || contains(name, "/") || same(name, ".") || same(name, "..")) fail(USAGE, "usage", 0);
  folder = folderOf(argv[0], argv[1], argv[2], argv[3]);
  seen = sys(statx, folder, name, 0x100, 0x7ff, &about);
  if (seen < 0 && seen != -ENOENT) fail(REFUSED, "cannot look at the file", seen);
  if (same(verb, "write") && argc == 15) {
    write_(folder, name, argv + 6);
    return;
  }
  if (seen < 0) fail(NO_FILE, "there is no such file", seen);
  if (same(verb, "look")) describe(&about);
  else if (same(verb, "read") && argc == 7) read_(folder, name, &about, (u64)number(argv[6]));
  else if (same(verb, "stamp") && argc == 13) stamp(opened(folder, name, 0), argv + 6);
  else if (same(verb, "rename") && argc == 7 && !contains(argv[6], "/")) {
    if ((done = sys(renameat2, folder, name, folder, argv[6], 1)) < 0) fail(REFUSED, "cannot rename", done);
    sys(fsync, folder, 0, 0, 0, 0);
  } else fail(USAGE, "usage", 0);
}
static void space(char **argv) {
  struct statfs about;
  int folder = folderOf(argv[0], argv[1], argv[2], argv[3]);
  if (sys(fstatfs, folder, &about, 0, 0, 0) < 0) fail(REFUSED, "cannot tell the file system", -1);
  sayNumber(1, about.blocks * about.size, " ");
  sayNumber(1, about.available * about.size, "\n");
}

/* ---- cgroups ---- */
/* The next line of /proc/PID/cgroup: controllers and path. */
static char *nextGroup(char *line, const char **controllers, char **where) {
  char *p = line;
  while (*p && *p != ':') p++;
  if (*p == 0) return 0;
  *controllers = ++p;
  while (*p && *p != ':') p++;
  if (*p == 0) return 0;
  *p++ = 0;
  *where = p;
  while (*p && *p != '\n') p++;
  if (*p) *p++ = 0;
  return p;
}
static int hasController(const char *controllers, const char *file) {
  while (*controllers) {
    const char *c = controllers, *f = file;
    while (*c && *c != ',' && *c == *f) c++, f++;
    if ((*c == ',' || *c == 0) && *f == '.') return 1;
    while (*c && *c != ',') c++;
    controllers = *c ? c + 1 : c;
  }
  return 0;
}
struct entry { u64 inode, offset; u16 size; u8 type; char name[]; };
enum { DIRECTORY = 4, SEARCHED = 8 };
/* The folder above a group whose own path ends with REST, at FOLDER or below; extends FOLDER by what it finds. */
static int above(char *folder, const char *rest, int levels) {
  char probe[4096];
  _Alignas(8) u8 buffer[4096];
  word n;
  int found = sys(openat, HERE, joined(probe, folder, rest, "/cgroup.controllers"), O_PATH | O_CLOEXEC, 0, 0) >= 0;
  int fd = found || levels == 0 ? -1 : (int)sys(openat, HERE, folder, O_DIRECTORY | O_CLOEXEC, 0, 0);
  char *end = folder + length(folder);
  while (!found && fd >= 0 && (n = sys(getdents64, fd, buffer, sizeof buffer, 0, 0)) > 0) {
    for (word at = 0; !found && at < n; at += ((struct entry *)(buffer + at))->size) {
      struct entry *one = (struct entry *)(buffer + at);
      if (one->type != DIRECTORY || one->name[0] == '.') continue;
      joined(end, "/", one->name, "");
      found = above(folder, rest, levels - 1);
      if (!found) *end = 0;
    }
  }
  if (fd >= 0) sys(close, fd, 0, 0, 0, 0);
  return found;
}
/* The folder of a v1 or v2 group; 0 where it is not mounted as usual. */
static int groupFolder(const char *id, const char *controllers, const char *where, char *to) {
  static const char *const ROOTS[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
  char base[4096];
  if (*controllers) {
    const char *name = begins(controllers, "name=") ? controllers + 5 : controllers;
    joined(to, joined(base, "/sys/fs/cgroup/", name, ""), where, "");
    return sys(openat, HERE, to, O_PATH | O_CLOEXEC, 0, 0) >= 0;
  }
  /* Podman gives every container a cgroup namespace: this path starts at our own group. What bears the id is unique. */
  const char *rest = where;
  while (!same(id, "-") && begins(rest, "/..")) rest += 3;
  for (int i = 0; i < 2; i++) {
    joined(base, ROOTS[i], "", "");
    if (!above(base, rest, rest == where ? 0 : SEARCHED)) continue;
    joined(to, base, rest, "");
    return 1;
  }
  return 0;
}
static void join(const char *id) {
  const char *controllers;
  char *where;
  char folder[4096], procs[4096];
  int entered = 0;
  for (char *line = cgroups; line && *line;) {
    line = nextGroup(line, &controllers, &where);
    if (line == 0) break;
    if ((!same(id, "-") && !contains(where, id)) || !groupFolder(id, controllers, where, folder)) continue;
    int fd = (int)sys(openat, HERE, joined(procs, folder, "/cgroup.procs", ""), O_WRONLY | O_CLOEXEC, 0, 0);
    int done = fd < 0 ? fd : put(fd, "0", 1);
    if (done == 0) entered++;
    else if (!same(id, "-")) fail(REFUSED, joined(path, "cannot join ", folder, ""), done);
    if (fd >= 0) sys(close, fd, 0, 0, 0, 0);
  }
  if (entered == 0 && !same(id, "-")) fail(REFUSED, "no cgroup of the container is to be seen under /sys/fs/cgroup", 0);
}
/* From the group of its main process to the container's own: a service manager inside may have moved it further down. */
static void upTo(const char *id, char *where) {
  while (*where && !begins(where, id)) where++;
  while (*where && *where != '/') where++;
  *where = 0;
}
static void groupFile(const char *id, const char *name, char *to) {
  const char *controllers;
  char *where, copy[sizeof cgroups], folder[4096];
  for (int version = 1; version <= 2; version++) {
    memcpy(copy, cgroups, sizeof copy);
    for (char *line = copy; line && *line;) {
      line = nextGroup(line, &controllers, &where);
      if (line == 0) break;
      if (version == 1 ? !hasController(controllers, name) : *controllers) continue;
      if (!same(id, "-")) upTo(id, where);
      if ((!same(id, "-") && !contains(where, id)) || !groupFolder(id, controllers, where, folder)) continue;
      joined(to, folder, "/", name);
      return;
    }
  }
  *to = 0;
}
static void group(int argc, char **argv) {
  static char content[65536];
  char where[4096];
  if (argc < 4) fail(USAGE, "usage", 0);
  mustBelong(argv[0], argv[1]);
  if (same(argv[2], "get")) {
    for (int i = 3; i < argc; i++) {
      groupFile(argv[0], argv[i], where);
      int n = *where ? slurp(where, content, sizeof content) : -1;
      put(1, n < 0 ? "-" : "+", 1);
      if (n > 0) put(1, content, (u64)n);
      put(1, "", 1);
    }
    return;
  }
  for (int i = 3; i + 1 < argc; i += 2) {
    groupFile(argv[0], argv[i], where);
    int fd = *where ? (int)sys(openat, HERE, where, O_WRONLY | O_CLOEXEC, 0, 0) : -ENOENT;
    word done = fd < 0 ? fd : sys(write, fd, argv[i + 1], length(argv[i + 1]), 0, 0);
    if (done < 0) fail(REFUSED, joined(path, "cannot write ", argv[i], ""), done);
    sys(close, fd, 0, 0, 0, 0);
  }
}

/* ---- every process ---- */
static char stat_[4096];
/* Field N of /proc/PID/stat counted from the state, which is 0. */
static i64 field(const char *pid, int n) {
  if (slurp(joined(path, "/proc/", pid, "/stat"), stat_, sizeof stat_) <= 0) return -1;
  char *p = stat_ + length(stat_);
  while (p > stat_ && *p != ')') p--;
  for (p += 2; n > 0; n--) {
    while (*p && *p != ' ') p++;
    if (*p) p++;
  }
  return number(p);
}
enum { TICKS = 19, UTIME = 11, STIME = 12, RSS = 21, PARENT = 1 };
static int each(const char *folder, void (*act)(const char *name, void *), void *with) {
  static u8 buffers[2][32768];
  static int depth;
  int fd = (int)sys(openat, HERE, folder, O_DIRECTORY | O_CLOEXEC, 0, 0);
  u8 *buffer = buffers[depth++ & 1];
  word n;
  int count = 0;
  while (fd >= 0 && (n = sys(getdents64, fd, buffer, 32768, 0, 0)) > 0) {
    for (word at = 0; at < n; at += ((struct entry *)(buffer + at))->size) {
      const char *name = ((struct entry *)(buffer + at))->name;
      if (*name < '0' || *name > '9') continue;
      count++;
      if (act) act(name, with);
    }
  }
  if (fd >= 0) sys(close, fd, 0, 0, 0, 0);
  depth--;
  return fd < 0 ? fd : count;
}
static void mark(const char *name, void *used) {
  i64 fd = number(name);
  if (fd < 65536) ((u8 *)used)[fd] = 1;
}
/* The number that the next file it opens will get. */
static int nextFile(const char *pid) {
  static u8 used[65537];
  char fds[64];
  int lowest = 0;
  memset(used, 0, 65536);
  if (each(joined(fds, "/proc/", pid, "/fd"), mark, used) < 0) return -1;
  while (used[lowest]) lowest++;
  return lowest;
}

/* ---- limits on open files ---- */
struct limit { u64 soft, hard; };
struct marked { const char *id; u64 value; i64 soft; int argc; char **argv; word refused; };
static int isOf(const char *pid, const char *id, const char *main) {
  static char groups[16384];
  if (same(id, "-")) return same(pid, main);
  return slurp(joined(path, "/proc/", pid, "/cgroup"), groups, sizeof groups) > 0 && contains(groups, id);
}
static const char *mainPid;
static const char *limitIn(const char *p, u64 *limit) {
  while (*p == ' ') p++;
  *limit = *p == 'u' ? ~0ull : (u64)number(p);
  while (*p && *p != ' ') p++;
  return p;
}
/*
 * 0, -ESRCH when the process has gone, or why it cannot be seen: whoever took that for gone would leave it lowered.
 * From the file that everybody may read: prlimit(2) asks for the same users and groups for reading as well.
 */
static word limitOf(const char *pid, struct limit *limit) {
  static char table[4096];
  int n = slurp(joined(path, "/proc/", pid, "/limits"), table, sizeof table);
  if (n == 0 || n == -ENOENT) return -ESRCH;
  if (n < 0) return n;
  for (char *p = table; *p; p++)
    if (begins(p, "Max open files")) {
      limitIn(limitIn(p + 14, &limit->soft), &limit->hard);
      return 0;
    }
  return -ENOENT;
}
static i64 status(const char *pid, const char *name) {
  static char about[4096];
  if (slurp(joined(path, "/proc/", pid, "/status"), about, sizeof about) <= 0) return -1;
  for (char *p = about; *p; p++)
    if ((p == about || p[-1] == '\n') && begins(p, name)) return number(p + length(name));
  return -1;
}
/*
 * The kernel asks for the same real user and group, or for a capability that many hosts do not give. Without a limit it
 * tells only whether that is so.
 */
static word changeLimit(const char *pid, const struct limit *limit) {
  i64 uid = status(pid, "Uid:\t"), gid = status(pid, "Gid:\t");
  word done;
  sys(setresgid, gid, -1, -1, 0, 0);
  sys(setresuid, uid, -1, -1, 0, 0);
  done = sys(prlimit64, number(pid), 7, limit, 0, 0);
  sys(setresuid, 0, -1, -1, 0, 0);
  sys(setresgid, 0, -1, -1, 0, 0);
  return done;
}
static void tellLimit(const char *pid, void *id) {
  struct limit limit;
  word seen;
  if (!isOf(pid, id, mainPid) || (seen = limitOf(pid, &limit)) == -ESRCH) return;
  if (seen < 0) fail(REFUSED, "cannot read the limit of a process", seen);
  say(1, pid);
  say(1, " ");
  sayNumber(1, field(pid, TICKS), " ");
  sayNumber(1, limit.soft > 0x7fffffffffffffffull ? -1 : (i64)limit.soft, " ");
  sayNumber(1, changeLimit(pid, 0) < 0 ? -1 : nextFile(pid), "\n");
}
static word changeSoft(const char *pid, struct limit limit, i64 soft) {
  u64 wanted = soft < 0 || (u64)soft > limit.hard ? limit.hard : (u64)soft;
  if (limit.soft == wanted) return 0;
  limit.soft = wanted;
  return changeLimit(pid, &limit);
}
/* PID:TICKS=SOFT. 0 also when the process has gone; else why it was refused. */
static word setLimit(const char *order) {
  char pid[24];
  u32 n = 0;
  struct limit limit;
  i64 ticks, soft;
  word done;
  while (order[n] && order[n] != ':' && n < 20) pid[n] = order[n], n++;
  pid[n] = 0;
  if (order[n] != ':') fail(USAGE, "usage", 0);
  ticks = number(order + n + 1);
  while (order[n] && order[n] != '=') n++;
  soft = number(order + n + 1);
  done = limitOf(pid, &limit);
  if (done == 0 && field(pid, TICKS) == ticks) done = changeSoft(pid, limit, soft);
  return done == -ESRCH ? 0 : done;
}
static int isOrdered(const char *pid, const struct marked *m) {
  i64 ticks = field(pid, TICKS);
  for (int i = 0; i < m->argc; i++) {
    const char *order = m->argv[i];
    unsigned long n = length(pid);
    if (begins(order, pid) && order[n] == ':' && number(order + n + 1) == ticks) return 1;
  }
  return 0;
}
/* What was started meanwhile has inherited the limit of its parent. */
static void resetHeirs(const char *pid, void *with) {
  struct marked *m = with;
  struct limit limit;
  word done;
  if (!isOf(pid, m->id, mainPid) || isOrdered(pid, m)) return;
  done = limitOf(pid, &limit);
  if (done == 0 && limit.soft == m->value) done = changeSoft(pid, limit, m->soft);
  if (done < 0 && done != -ESRCH) m->refused = done;
}
static void limits(int argc, char **argv) {
  word done;
  mustBelong(argv[0], argv[1]);
  mainPid = argv[1];
  if (same(argv[2], "get")) each("/proc", tellLimit, argv[0]);
  else if (same(argv[2], "set")) {
    for (int i = 3; i < argc; i++)
      if ((done = setLimit(argv[i])) < 0) fail(REFUSED, "cannot change the limit of a process", done);
  } else {
    struct marked m = {argv[0], (u64)number(argv[3]), number(argv[4]), argc - 5, argv + 5, 0};
    for (int pass = 0; pass < 2; pass++) {
      /* One that is refused does not keep the others from theirs. */
      m.refused = 0;
      for (int i = 5; i < argc; i++)
        if ((done = setLimit(argv[i])) < 0) m.refused = done;
      each("/proc", resetHeirs, &m);
    }
    if (m.refused < 0) fail(REFUSED, "cannot change the limit of a process", m.refused);
  }
}

/* ---- the disk under a path ---- */
static void disk(const char *where) {
  static char mounts[262144];
  char name[4096], found[64] = "", *line = mounts;
  unsigned long best = 0;
  if (slurp("/proc/1/mountinfo", mounts, sizeof mounts) <= 0) fail(REFUSED, "cannot read the mounts of the host", 0);
  while (*line) {
    char *next = line, *p = line, *device, *at;
    while (*next && *next != '\n') next++;
    if (*next) *next++ = 0;
    for (int i = 0; i < 2; i++) while (*p && *p++ != ' ') {}
    device = p;
    while (*p && *p != ' ') p++;
    if (*p) *p++ = 0;
    while (*p && *p++ != ' ') {}
    at = p;
    while (*p && *p != ' ') p++;
    *p = 0;
    unsigned long n = length(at);
    int covers = n == 1 || (begins(where, at) && (where[n] == '/' || where[n] == 0));
    if (covers && n >= best && length(device) < 60) best = n, add(found, device);
    line = next;
  }
  /* A partition is limited through its disk. */
  joined(name, "/sys/dev/block/", found, "/partition");
  if (sys(openat, HERE, name, O_PATH, 0, 0) >= 0) {
    if (slurp(joined(name, "/sys/dev/block/", found, "/../dev"), found, sizeof found) <= 0) fail(REFUSED, "a partition without a disk", 0);
    for (char *p = found; *p; p++) if (*p == '\n') *p = 0;
  }
  if (sys(openat, HERE, joined(name, "/sys/dev/block/", found, ""), O_PATH, 0, 0) < 0) fail(NO_FILE, "no disk is under that path", 0);
  say(1, found);
  say(1, "\n");
}

/* ---- pressure ---- */
static int ready[2];
static void showsReady(void) {
  put(ready[1], "+", 1);
  sys(close, ready[1], 0, 0, 0, 0);
}
static u64 available(void) {
  static char about[8192];
  if (slurp("/proc/meminfo", about, sizeof about) <= 0) return 0;
  for (char *p = about; *p; p++)
    if (begins(p, "MemAvailable:")) {
      p += 13;
      while (*p == ' ') p++;
      return (u64)number(p) * 1024ull;
    }
  return 0;
}
static void burn(i64 permille) {
  showsReady();
  for (;;) {
    u64 start = now(), busy = (u64)permille / 10;
    while (now() - start < busy) {}
    if (busy < 100) rest(100 - busy);
  }
}
static void eat(u64 bytes, u64 ramp, u64 floor) {
  u64 page = 4096, pages = bytes / page, done = 0, start = now();
  u8 *room = memory(bytes);
  int adjust = (int)sys(openat, HERE, "/proc/self/oom_score_adj", O_WRONLY, 0, 0);
  /* The kernel shall take this one first, not the target. */
  if (adjust < 0 || put(adjust, "1000", 4) < 0) fail(REFUSED, "cannot offer itself to the OOM killer", adjust);
  if (room == 0) fail(REFUSED, "cannot reserve the memory", 0);
  sys(prctl, 4, 1, 0, 0, 0);
  if (ramp > 0) showsReady();
  while (done < pages) {
    u64 due = ramp == 0 ? pages : pages * (now() - start) / ramp;
    if (due > pages) due = pages;
    for (; done < due; done++) {
      if ((done & 1023) == 0 && available() < floor) fail(FLOOR, "the host has too little memory left", 0);
      room[done * page] = 1;
    }
    if (done < pages) rest(20);
  }
  if (ramp == 0) showsReady();
  for (;;) rest(1000000);
}
static void fill(int folder, u64 bytes, u64 floor) {
  static u8 zeros[1 << 20];
  struct statfs about;
  u64 step = 64ull << 20, done = 0;
  int fd = (int)sys(openat, folder, ".", O_TMP | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0600, 0);
  char name[64];
  if (fd < 0) {
    /* A file system without nameless files: it loses its name at once. */
    joined(name, ".bridge-chaos-", text((i64)sys(getpid, 0, 0, 0, 0, 0)), text((i64)now()));
    fd = (int)sys(openat, folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, 0);
    if (fd < 0) fail(REFUSED, "cannot make a file there", fd);
    sys(unlinkat, folder, name, 0, 0, 0);
  }
  sys(dup3, fd, 100, O_CLOEXEC, 0, 0);
  while (done < bytes) {
    u64 next = bytes - done < step ? bytes - done : step;
    if (sys(fstatfs, fd, &about, 0, 0, 0) < 0) fail(REFUSED, "cannot tell the free space", -1);
    if (floor > 0 && (u64)about.available * (u64)about.size < floor + next) fail(FLOOR, "too little space would be left", 0);
    word put_ = sys(fallocate, fd, 0, done, next, 0);
    if (put_ == -ENOSPC) break;
    if (put_ < 0) {
      u64 wrote = 0;
      while (wrote < next) {
        u64 piece = next - wrote < sizeof zeros ? next - wrote : sizeof zeros;
        int result = put(fd, zeros, piece);
        if (result == -ENOSPC) goto full;
        if (result < 0) fail(REFUSED, "cannot fill the disk", result);
        wrote += piece;
      }
    }
    done += next;
  }
full:
  showsReady();
  for (;;) rest(1000000);
}
static int hex(char c) { return c >= 'a' ? c - 'a' + 10 : c - '0'; }
/* Keeps COUNT connections open; one that the other side ends is opened again. */
static void crowd(const char *address, i64 port, i64 count) {
  u8 to[28] = {0};
  int family = length(address) == 8 ? 2 : 10, size = family == 2 ? 16 : 28, told = 0;
  u8 *at = to + (family == 2 ? 4 : 8);
  struct limit limit;
  static int sockets[65536];
  struct { int fd; u16 events, happened; } look;
  sys(prlimit64, 0, 7, 0, &limit, 0);
  limit.soft = limit.hard;
  sys(prlimit64, 0, 7, &limit, 0, 0);
  to[0] = (u8)family, to[2] = (u8)(port >> 8), to[3] = (u8)port;
  for (; address[0] && address[1]; address += 2) *at++ = (u8)(hex(address[0]) << 4 | hex(address[1]));
  for (;;) {
    for (i64 i = 0; i < count; i++) {
      if (sockets[i] > 0) {
        word none[2] = {0, 0};
        look.fd = sockets[i], look.events = 0x2000, look.happened = 0;
        /* POLLHUP, POLLERR, POLLRDHUP */
        if (call6(SYS_ppoll, (word)&look, 1, (word)none, 0, 8, 0) <= 0 || !(look.happened & 0x2018)) continue;
        sys(close, sockets[i], 0, 0, 0, 0);
        sockets[i] = 0;
      }
      int fd = (int)sys(socket, family, 1 | O_NONBLOCK | O_CLOEXEC, 0, 0, 0);
      if (fd < 0) fail(REFUSED, "cannot make a socket", fd);
      word done = sys(connect, fd, to, size, 0, 0);
      if (done == 0 || done == -EINPROGRESS) sockets[i] = fd;
      else sys(close, fd, 0, 0, 0, 0);
      if ((i & 255) == 255) rest(1);
    }
    if (!told) showsReady(), told = 1;
    rest(250);
  }
}

static u64 leaseEnd; /* 0: for ever */
static void listen(void) {
  static char input[256];
  word n = sys(read, 0, input, sizeof input - 1, 0, 0);
  if (n <= 0) leave(0);
  input[n] = 0;
  leaseEnd = now() + (u64)number(input) * 1000ull;
}
static void supervise(int watched, i64 workers) {
  struct { int fd; u16 events, happened; } look[3];
  char byte;
  for (;;) {
    word t[2] = {0, 100000000}, status = 0;
    look[0].fd = 0, look[1].fd = watched, look[2].fd = workers > 0 ? ready[0] : -1;
    for (int i = 0; i < 3; i++) look[i].events = 1, look[i].happened = 0;
    call6(SYS_ppoll, (word)look, 3, (word)t, 0, 8, 0);
    word gone = sys(wait4, -1, &status, 1, 0, 0);
    if (gone > 0) {
      int code = (int)(status >> 8 & 255);
      leave(code ? code : DIED);
    }
    if (look[0].happened) listen();
    if (look[1].happened) leave(ENDED);
    if (look[2].happened & 1 && sys(read, ready[0], &byte, 1, 0, 0) == 1 && --workers == 0) say(1, "ready\n");
    if (leaseEnd > 0 && now() > leaseEnd) leave(LAPSED);
  }
}
static void hold(int argc, char **argv) {
  const char *id = argv[1], *pid = argv[2], *what = argv[3];
  i64 workers = 1;
  int watched, folder = -1;
  word parent = sys(getpid, 0, 0, 0, 0, 0);
  if (argc < 6) fail(USAGE, "usage", 0);
  watched = (int)sys(pidfd_open, number(pid), 0, 0, 0, 0);
  if (watched < 0) fail(ENDED, "the process has ended", watched);
  mustBelong(id, pid);
  if (same(what, "cpu")) workers = number(argv[4]);
  if (same(what, "fill")) folder = folderOf(id, pid, argv[4], argv[5]);
  if (sys(pipe2, ready, O_CLOEXEC, 0, 0, 0) < 0) fail(REFUSED, "no pipe", -1);
  for (i64 i = 0; i < workers; i++) {
    word child = sys(clone, 17, 0, 0, 0, 0);
    if (child < 0) fail(REFUSED, "cannot start a process", child);
    if (child > 0) continue;
    sys(prctl, 1, 9, 0, 0, 0);
    if (sys(getppid, 0, 0, 0, 0, 0) != parent) leave(0);
    sys(close, 0, 0, 0, 0, 0);
    join(id);
    if (same(what, "cpu")) burn(number(argv[5]));
    if (same(what, "memory") && argc == 7) eat((u64)number(argv[4]), (u64)number(argv[5]), (u64)number(argv[6]));
    if (same(what, "fill") && argc == 8) fill(folder, (u64)number(argv[6]), (u64)number(argv[7]));
    if (same(what, "connect") && argc == 7) crowd(argv[4], number(argv[5]), number(argv[6]));
    fail(USAGE, "usage", 0);
  }
  sys(close, ready[1], 0, 0, 0, 0);
  supervise(watched, workers);
}

/* ---- what the workers have ---- */
static i64 established(const char *pid, i64 port) {
  static char table[262144];
  static const char *const TABLES[] = {"/net/tcp", "/net/tcp6"};
  i64 count = 0;
  for (int i = 0; i < 2; i++) {
    int fd = (int)sys(openat, HERE, joined(path, "/proc/", pid, TABLES[i]), O_CLOEXEC, 0, 0);
    int have = 0;
    word n;
    if (fd < 0) continue;
    while ((n = sys(read, fd, table + have, sizeof table - 1 - have, 0, 0)) > 0) {
      char *line = table, *end;
      table[have += (int)n] = 0;
      for (;; line = end + 1) {
        int colons = 0;
        u32 remote = 0;
        for (end = line; *end && *end != '\n'; end++) {}
        if (*end == 0) break;
        char *p = line;
        for (; p < end && colons < 3; p++) colons += *p == ':';
        for (int d = 0; d < 4 && p < end; d++, p++) remote = remote << 4 | (u32)(*p >= 'A' ? *p - 'A' + 10 : *p - '0');
        if (p + 3 < end && remote == (u32)port && p[1] == '0' && p[2] == '1') count++;
      }
      have = (int)length(line);
      for (int k = 0; k < have; k++) table[k] = line[k];
    }
    sys(close, fd, 0, 0, 0, 0);
  }
  return count;
}
struct seeker { const char *mark; i64 port; };
static void tellWorker(const char *pid, void *with) {
  static char command[4096];
  struct seeker *seeker = with;
  struct statx filled;
  char fd[64], supervisor[24];
  i64 parent;
  int n = slurp(joined(path, "/proc/", pid, "/cmdline"), command, sizeof command);
  const char *p = command;
  if (n <= 0) return;
  p += length(p) + 1;
  if (p >= command + n || !same(p, "hold")) return;
  p += 5;
  if (p >= command + n || !same(p, seeker->mark)) return;
  parent = field(pid, PARENT);
  if (stat_[0] == 0) return;
  add(supervisor, text(parent < 0 ? 0 : parent));
  filled.blocks = 0;
  if (sys(statx, HERE, joined(fd, "/proc/", pid, "/fd/100"), 0, 0x7ff, &filled) < 0) filled.blocks = 0;
  say(1, pid);
  say(1, " ");
  say(1, supervisor);
  say(1, " ");
  sayNumber(1, field(pid, UTIME) + field(pid, STIME), " ");
  sayNumber(1, field(pid, RSS) * 4096, " ");
  sayNumber(1, (i64)filled.blocks * 512, " ");
  sayNumber(1, seeker->port > 0 ? established(pid, seeker->port) : 0, "\n");
}

static void work(int argc, char **argv) {
  const char *verb = argc > 2 ? argv[1] : "";
  struct seeker seeker;
  if (same(verb, "file")) file(argc - 2, argv + 2);
  else if (same(verb, "cgroup")) group(argc - 2, argv + 2);
  else if (same(verb, "limits") && argc >= 5) limits(argc - 2, argv + 2);
  else if (same(verb, "disk")) disk(argv[2]);
  else if (same(verb, "space") && argc == 6) space(argv + 2);
  else if (same(verb, "hold") && argc >= 7) hold(argc - 2, argv + 2);
  else if (argc == 2 && same(argv[1], "wait")) supervise(-1, 0);
  else if (same(verb, "look") && argc == 4) {
    seeker.mark = argv[2], seeker.port = number(argv[3]);
    each("/proc", tellWorker, &seeker);
  } else fail(USAGE, "usage", 0);
}

void begin(word *stack) __attribute__((used));
void begin(word *stack) {
  work((int)stack[0], (char **)(stack + 1));
  leave(0);
}
