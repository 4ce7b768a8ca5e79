/*
 * tcp-relay: hands on the TCP connections that a REDIRECT rule sends to it, later or slower. For kernels with neither
 * netem nor NFQUEUE. Runs in a helper container, in the network of the target. Needs no library and no shell.
 *
 *   tcp-relay relay PORT TAG SEED [key=value ...]
 *   tcp-relay drain TAG
 *
 * A connection goes on to where it was meant to go (SO_ORIGINAL_DST). It holds the abstract socket "bridge-chaos:TAG",
 * which belongs to the network: whoever connects to it from there (`drain`) lets everything pass at once, ends the relay,
 * and waits for that. Its connections cannot outlive the rules, with which the kernel may cease to translate their
 * addresses: each is closed as soon as it is quiet, within half a second. Build: see build-tcp-relay.mjs.
 *
 *   ways=N            what is treated: 1 = what leaves the target, 2 = what arrives, 3 = both
 *   delay=US,US,...   quantiles of the delay in microseconds; one value = constant
 *   delaycorr=F       correlation of a delay with the one before (netem's model), 32-bit fraction
 *   rate=N            bytes per second of payload, for all connections of one way together
 *   mark=N            firewall mark of its own connections, which the rules let pass
 *   stats=PATH        "seen hit\n" in pieces of data, rewritten while they flow
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long word;

/* ---- the few system calls, without libc ---- */
#if defined(__x86_64__)
enum { SYS_write = 1, SYS_close = 3, SYS_mmap = 9, SYS_pwrite = 18, SYS_socket = 41, SYS_connect = 42, SYS_sendto = 44,
       SYS_recvfrom = 45, SYS_shutdown = 48, SYS_bind = 49, SYS_listen = 50, SYS_getsockname = 51, SYS_setsockopt = 54,
       SYS_getsockopt = 55, SYS_clock_gettime = 228, SYS_exit = 231, SYS_epoll_ctl = 233, SYS_open = 257,
       SYS_ppoll = 271, SYS_epoll_pwait = 281, SYS_accept4 = 288, SYS_epoll_create1 = 291,
       SYS_prlimit = 302 };
#define EVENT_LAYOUT __attribute__((packed))
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
enum { SYS_write = 64, SYS_close = 57, SYS_mmap = 222, SYS_pwrite = 68, SYS_socket = 198, SYS_connect = 203,
       SYS_sendto = 206, SYS_recvfrom = 207, SYS_shutdown = 210, SYS_bind = 200, SYS_listen = 201, SYS_getsockname = 204,
       SYS_setsockopt = 208, SYS_getsockopt = 209, SYS_clock_gettime = 113, SYS_exit = 94, SYS_epoll_ctl = 21,
       SYS_open = 56, SYS_ppoll = 73, SYS_epoll_pwait = 22, SYS_accept4 = 242, SYS_epoll_create1 = 20,
       SYS_prlimit = 261 };
#define EVENT_LAYOUT
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
#error "tcp-relay knows x86-64 and arm64"
#endif

enum { AGAIN = -11, INTERRUPTED = -4, IN_PROGRESS = -115 };
enum { INET = 2, INET6 = 10, UNIX = 1, STREAM = 1, DATAGRAM = 2, NO_WAIT = 04000, ON_EXEC = 02000000 };
enum { EV_IN = 1, EV_OUT = 4, EV_ERR = 8, EV_HUP = 16, EV_RDHUP = 0x2000 };
#define EV_EDGE 0x80000000u

void *memcpy(void *to, const void *from, unsigned long n) {
  u8 *t = to;
  const u8 *f = from;
#if defined(__x86_64__)
  __asm__ volatile("rep movsb" : "+D"(t), "+S"(f), "+c"(n) : : "memory");
#else
  for (; n >= 8; n -= 8, t += 8, f += 8) *(u64 *)t = *(const u64 *)f;
  while (n--) *t++ = *f++;
#endif
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
static int same(const void *a, const void *b, u32 n) {
  const u8 *x = a, *y = b;
  while (n && *x == *y) x++, y++, n--;
  return n == 0;
}
static void say(int fd, const char *s) { call6(SYS_write, fd, (word)s, (word)length(s), 0, 0, 0); }
static void leave(int code) {
  for (;;) call6(SYS_exit, code, 0, 0, 0, 0, 0);
}
static void fail(const char *why) {
  say(2, why);
  leave(1);
}
static u64 now(void) { /* microseconds, monotonic */
  word t[2] = {0, 0};
  call6(SYS_clock_gettime, 1, (word)t, 0, 0, 0, 0);
  return (u64)t[0] * 1000000ull + (u64)t[1] / 1000ull;
}
static void *memory(unsigned long n) {
  word p = call6(SYS_mmap, 0, (word)n, 3, 0x22, -1, 0);
  return p < 0 && p > -4096 ? 0 : (void *)p;
}
static void shut(int fd) { call6(SYS_close, fd, 0, 0, 0, 0, 0); }
static void option(int fd, int level, int name, u32 value) {
  call6(SYS_setsockopt, fd, level, name, (word)&value, 4, 0);
}

/* ---- settings ---- */
enum { QUANTILES = 1024, LEAVES = 1, ARRIVES = 2 };
static u32 quantiles[QUANTILES], quantileCount, delayCorrelation, ways = 3, mark;
static u64 rate;
static int statsFile = -1;
static u64 seen, hit, saidSeen, saidHit, saidAt;
static u64 drainedBy; /* 0 = at work; else everything passes at once, and this is the latest end */
enum { GRACE = 500000, QUIET = 100000 };

static u64 number(const char **s) {
  u64 v = 0;
  while (**s >= '0' && **s <= '9') v = v * 10 + (u64)(*(*s)++ - '0');
  return v;
}
static const char *after(const char *argument, const char *key) {
  while (*key && *argument == *key) argument++, key++;
  return *key == 0 && *argument == '=' ? argument + 1 : 0;
}
static void take(const char *a) {
  const char *v;
  if ((v = after(a, "delay"))) {
    while (*v && quantileCount < QUANTILES) {
      quantiles[quantileCount++] = (u32)number(&v);
      if (*v == ',') v++;
    }
  } else if ((v = after(a, "delaycorr"))) delayCorrelation = (u32)number(&v);
  else if ((v = after(a, "ways"))) ways = (u32)number(&v);
  else if ((v = after(a, "rate"))) rate = number(&v);
  else if ((v = after(a, "mark"))) mark = (u32)number(&v);
  else if ((v = after(a, "stats"))) statsFile = (int)call6(SYS_open, -100, (word)v, 01101, 0600, 0, 0);
  else fail("tcp-relay: unknown setting\n");
}

/* ---- chance, as the packet queue has it ---- */
static u64 state;
static u32 draw(void) { /* xorshift64* */
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (u32)((state * 2685821657736338717ull) >> 32);
}
static u32 delayOf(void) {
  static u32 last;
  if (quantileCount == 0) return 0;
  if (quantileCount == 1) return quantiles[0];
  u64 fresh = draw();
  if (delayCorrelation) fresh = (fresh * (0x100000000ull - delayCorrelation) + (u64)last * delayCorrelation) >> 32;
  last = (u32)fresh;
  return quantiles[((u64)last * quantileCount) >> 32];
}

/* ---- pieces of data that wait ---- */
enum { SMALL = 480, LARGE = 16352, FLOW_LIMIT = 4 << 20, MOST_CONNECTIONS = 4096 };
static const u64 TOTAL_LIMIT = 128ull << 20;
struct piece {
  struct piece *next;
  u64 due;
  u32 size, sent, room;
  u8 data[];
};
static struct piece *spare[2];
static u64 total;
static struct piece *piece(u32 size) {
  int isLarge = size > SMALL;
  u32 room = isLarge ? LARGE : SMALL;
  if (!spare[isLarge]) {
    u32 step = room + 32;
    u8 *block = memory(64 * step);
    if (!block) return 0;
    for (int i = 0; i < 64; i++) {
      struct piece *p = (struct piece *)(block + i * step);
      p->room = room;
      p->next = spare[isLarge];
      spare[isLarge] = p;
    }
  }
  struct piece *p = spare[isLarge];
  spare[isLarge] = p->next;
  total += room;
  p->next = 0;
  p->size = size;
  p->sent = 0;
  return p;
}
static void discard(struct piece *p) {
  int isLarge = p->room > SMALL;
  total -= p->room;
  p->next = spare[isLarge];
  spare[isLarge] = p;
}

/* ---- connections ---- */
struct flow { /* from socket i to socket 1 - i of a connection */
  struct piece *first, *last;
  u64 notBefore, lastDue, endDue;
  u32 waiting;
  u8 way, ended, finished; /* ended: its sender closed; finished: and the other side was told */
};
enum { BEFORE, DIALING, OPEN };
struct connection {
  struct connection *next;
  struct flow flows[2];
  int sockets[2]; /* who opened it, and who it was meant for */
  u8 readable[2], writable[2];
  u8 phase, dead;
  u64 dialDue, active;
  u8 remote[28];
  u32 remoteSize;
};
static struct connection *connections, *spareConnections;
static u32 connectionCount;
static int isFull;
static int poller;
static u32 flowLimit = FLOW_LIMIT, pieceLimit = LARGE;

struct EVENT_LAYOUT event {
  u32 events;
  u64 data;
};
static void watch(int fd, u32 events, u64 data) {
  struct event e;
  memset(&e, 0, sizeof e);
  e.events = events;
  e.data = data;
  call6(SYS_epoll_ctl, poller, 1, fd, (word)&e, 0, 0);
}
static void reset(int fd) {
  u32 linger[2] = {1, 0};
  call6(SYS_setsockopt, fd, 1, 13, (word)linger, 8, 0);
  shut(fd);
}
static void end(struct connection *c, int byReset) {
  if (c->dead) return;
  c->dead = 1;
  for (int i = 0; i < 2; i++) {
    if (c->sockets[i] >= 0) byReset ? reset(c->sockets[i]) : shut(c->sockets[i]);
    for (struct piece *p = c->flows[i].first, *next; p; p = next) {
      next = p->next;
      discard(p);
    }
  }
}

static u64 linkFree[4];
static int isTreated(const struct flow *f) { return !drainedBy && (f->way & ways); }
static u64 dueOf(struct flow *f, u32 size) {
  u64 t = now(), due = t;
  if (due < f->notBefore) due = f->notBefore;
  if (isTreated(f)) {
    due += delayOf();
    if (rate) {
      u64 *link = &linkFree[f->way];
      *link = (*link > t ? *link : t) + (u64)size * 1000000ull / rate;
      if (due < *link) due = *link;
    }
  }
  /* A stream has an order, whatever the jitter. */
  if (due < f->lastDue) due = f->lastDue;
  return f->lastDue = due;
}

/* Where a redirected connection was meant to go; 0 for one that was opened to this port itself. */
static int intended(struct connection *c, int fd, int family) {
  u8 own[28];
  u32 ownSize = sizeof own;
  c->remoteSize = sizeof c->remote;
  memset(own, 0, sizeof own);
  memset(c->remote, 0, sizeof c->remote);
  if (call6(SYS_getsockname, fd, (word)own, (word)&ownSize, 0, 0, 0) < 0) return 0;
  /* SO_ORIGINAL_DST, IP6T_SO_ORIGINAL_DST */
  if (call6(SYS_getsockopt, fd, family == INET ? 0 : 41, 80, (word)c->remote, (word)&c->remoteSize, 0) < 0) return 0;
  u32 at = family == INET ? 4 : 8, bytes = family == INET ? 4 : 16;
  if (same(own + 2, c->remote + 2, 2) && same(own + at, c->remote + at, bytes)) return 0;
  /* What the target opens is redirected to its own loopback address; what arrives keeps the address of the device. */
  static const u8 here6[16] = {[15] = 1};
  int isOutgoing = family == INET ? own[4] == 127 : same(own + 8, here6, 16);
  c->flows[0].way = isOutgoing ? LEAVES : ARRIVES;
  c->flows[1].way = isOutgoing ? ARRIVES : LEAVES;
  return 1;
}
static void welcome(int listener, int family) {
  if (listener < 0) return;
  while (connectionCount < MOST_CONNECTIONS) {
    int fd = (int)call6(SYS_accept4, listener, 0, 0, NO_WAIT | ON_EXEC, 0, 0);
    if (fd == INTERRUPTED) continue;
    if (fd < 0) return;
    struct connection *c = spareConnections;
    if (c) spareConnections = c->next;
    else c = memory(sizeof *c);
    if (!c) {
      reset(fd);
      return;
    }
    memset(c, 0, sizeof *c);
    c->sockets[0] = fd;
    c->sockets[1] = -1;
    if (!intended(c, fd, family)) {
      c->next = spareConnections;
      spareConnections = c;
      reset(fd);
      continue;
    }
    option(fd, 6, 1, 1); /* TCP_NODELAY */
    /* A handshake takes a round trip too; the one with the caller is already over. */
    c->dialDue = now();
    for (int i = 0; i < 2; i++)
      if (isTreated(&c->flows[i])) c->dialDue += delayOf();
    c->active = now();
    /* What was sent before that would not have been sent yet. */
    c->flows[0].notBefore = c->dialDue;
    c->next = connections;
    connections = c;
    connectionCount++;
    watch(fd, EV_IN | EV_OUT | EV_RDHUP | EV_EDGE, (u64)c);
  }
  isFull = 1;
}
static void limitBuffer(int fd) {
  if (rate) option(fd, 1, 8, flowLimit); /* SO_RCVBUF */
}
static void dial(struct connection *c) {
  int family = *(u16 *)c->remote;
  int fd = (int)call6(SYS_socket, family, STREAM | NO_WAIT | ON_EXEC, 0, 0, 0, 0);
  if (fd < 0) {
    end(c, 1);
    return;
  }
  option(fd, 1, 36, mark); /* SO_MARK */
  option(fd, 6, 1, 1);
  limitBuffer(fd);
  c->sockets[1] = fd;
  c->phase = DIALING;
  word result = call6(SYS_connect, fd, (word)c->remote, family == INET ? 16 : 28, 0, 0, 0);
  if (result < 0 && result != IN_PROGRESS) end(c, 1);
  else watch(fd, EV_IN | EV_OUT | EV_RDHUP | EV_EDGE, (u64)c | 1);
}
static u32 errorOf(int fd) {
  u32 value = 0, size = 4;
  call6(SYS_getsockopt, fd, 1, 4, (word)&value, (word)&size, 0); /* SO_ERROR */
  return value;
}

static void receive(struct connection *c, int i) {
  static u8 buffer[LARGE];
  struct flow *f = &c->flows[i];
  while (c->readable[i] && !f->ended && f->waiting < flowLimit && total < TOTAL_LIMIT) {
    u32 most = isTreated(f) ? pieceLimit : LARGE;
    word got = call6(SYS_recvfrom, c->sockets[i], (word)buffer, most, 0, 0, 0);
    if (got == INTERRUPTED) continue;
    if (got == AGAIN) {
      c->readable[i] = 0;
      return;
    }
    if (got < 0) {
      end(c, 1);
      return;
    }
    if (got == 0) {
      f->ended = 1;
      f->endDue = dueOf(f, 0);
      return;
    }
    struct piece *p = piece((u32)got);
    if (!p) {
      end(c, 1);
      return;
    }
    memcpy(p->data, buffer, (u32)got);
    p->due = dueOf(f, (u32)got);
    c->active = now();
    seen++;
    if (isTreated(f)) hit++;
    if (f->last) f->last->next = p;
    else f->first = p;
    f->last = p;
    f->waiting += p->room;
  }
}
static void deliver(struct connection *c, int i, u64 t) {
  struct flow *f = &c->flows[i];
  int to = 1 - i;
  while (f->first && c->writable[to] && (drainedBy || f->first->due <= t)) {
    struct piece *p = f->first;
    word done = call6(SYS_sendto, c->sockets[to], (word)(p->data + p->sent), p->size - p->sent, 0x4000, 0, 0);
    if (done == INTERRUPTED) continue;
    if (done == AGAIN) {
      c->writable[to] = 0;
      return;
    }
    if (done < 0) {
      end(c, 1);
      return;
    }
    p->sent += (u32)done;
    if (p->sent < p->size) continue;
    f->first = p->next;
    if (!f->first) f->last = 0;
    f->waiting -= p->room;
    discard(p);
  }
  if (f->ended && !f->finished && !f->first && (drainedBy || f->endDue <= t)) {
    f->finished = 1;
    call6(SYS_shutdown, c->sockets[to], 1, 0, 0, 0, 0);
  }
}
/* Does all that can be done now; returns when to come back at the latest. */
static u64 pump(struct connection *c, u64 t) {
  if (c->phase == BEFORE && (drainedBy || c->dialDue <= t)) dial(c);
  u64 next = c->phase == BEFORE ? c->dialDue : ~0ull;
  for (int i = 0; i < 2 && !c->dead; i++) {
    if (i == 1 && c->phase != OPEN) break;
    /* Room that delivery made is filled at once: nothing would wake us for it. */
    receive(c, i);
    if (c->dead || c->phase != OPEN) break;
    const struct flow *f = &c->flows[i];
    if (f->first || f->ended) deliver(c, i, now());
    if (!c->dead) receive(c, i);
    if (c->dead) break;
    if (f->first && c->writable[1 - i] && f->first->due < next) next = f->first->due;
    if (!f->first && f->ended && !f->finished && f->endDue < next) next = f->endDue;
    /* Held up by the common limit of memory only: look again soon. */
    if (c->readable[i] && !f->ended && f->waiting < flowLimit && t + 10000 < next) next = t + 10000;
  }
  if (!c->dead && c->flows[0].finished && c->flows[1].finished) end(c, 0);
  return next;
}
static void happened(struct connection *c, int i, u32 events) {
  if (c->dead) return;
  if (events & EV_ERR || (i == 1 && c->phase == DIALING && events & EV_OUT)) {
    if (errorOf(c->sockets[i])) {
      end(c, 1);
      return;
    }
  }
  if (i == 1 && c->phase == DIALING) {
    if (!(events & EV_OUT)) return;
    c->phase = OPEN;
  }
  if (events & (EV_IN | EV_RDHUP | EV_HUP)) c->readable[i] = 1;
  if (events & EV_OUT) c->writable[i] = 1;
}
static void bury(void) {
  for (struct connection **at = &connections, *c; (c = *at);) {
    if (!c->dead) {
      at = &c->next;
      continue;
    }
    *at = c->next;
    c->next = spareConnections;
    spareConnections = c;
    connectionCount--;
  }
}

/* ---- the loop ---- */
enum { LISTEN4 = 2, LISTEN6 = 4, CONTROL = 6, LAST_TOKEN = 8, EVENTS = 256 };
static int listener4 = -1, listener6 = -1, control = -1, lock = -1;

static u32 named(u8 *address, const char *tag) { /* in the abstract name space of Unix sockets; the network's own */
  const char *name = "bridge-chaos:";
  u32 n = (u32)length(name), m = (u32)length(tag);
  memset(address, 0, 110);
  *(u16 *)address = UNIX;
  if (m > 64) m = 64;
  memcpy(address + 3, name, n);
  memcpy(address + 3 + n, tag, m);
  return 3 + n + m;
}
static int bound(int type, const char *tag) {
  u8 address[110];
  u32 size = named(address, tag);
  int fd = (int)call6(SYS_socket, UNIX, type | NO_WAIT | ON_EXEC, 0, 0, 0, 0);
  if (fd < 0 || call6(SYS_bind, fd, (word)address, size, 0, 0, 0) < 0) return -1;
  return fd;
}
static int listening(int family, u32 port) {
  u8 address[28];
  memset(address, 0, sizeof address);
  *(u16 *)address = (u16)family;
  address[2] = (u8)(port >> 8);
  address[3] = (u8)port;
  int fd = (int)call6(SYS_socket, family, STREAM | NO_WAIT | ON_EXEC, 0, 0, 0, 0);
  if (fd < 0) return family == INET6 ? -1 : (fail("tcp-relay: no socket\n"), -1);
  option(fd, 1, 2, 1); /* SO_REUSEADDR */
  if (family == INET6) option(fd, 41, 26, 1); /* IPV6_V6ONLY */
  limitBuffer(fd);
  if (call6(SYS_bind, fd, (word)address, family == INET ? 16 : 28, 0, 0, 0) < 0 ||
      call6(SYS_listen, fd, 1024, 0, 0, 0, 0) < 0) {
    if (family == INET) fail("tcp-relay: its port is taken in this network; inject again to get another\n");
    shut(fd);
    return -1;
  }
  return fd;
}
static void drain(void) {
  if (drainedBy) return;
  drainedBy = now() + GRACE;
  int *all[3] = {&listener4, &listener6, &lock};
  /* What the kernel has accepted and nobody has taken yet is taken first. */
  welcome(listener4, INET);
  welcome(listener6, INET6);
  for (int i = 0; i < 3; i++) {
    if (*all[i] >= 0) shut(*all[i]);
    *all[i] = -1;
  }
}
/* Closes what is quiet, or whose time is over; what could not be handed on is not passed off as the end. */
static void finish(struct connection *c, u64 t) {
  u64 began = drainedBy - GRACE, since = c->active > began ? c->active : began;
  if (c->dead || (t < drainedBy && (c->phase != OPEN || t < since + QUIET))) return;
  int isWhole = c->phase == OPEN && !c->flows[0].first && !c->flows[1].first;
  /* Whoever opened it must hear of the end while its address is still translated. */
  u32 linger[2] = {1, 1};
  if (isWhole && t < drainedBy + GRACE) call6(SYS_setsockopt, c->sockets[0], 1, 13, (word)linger, 8, 0);
  end(c, !isWhole);
}
static void report(u64 t) {
  if (statsFile < 0 || (seen == saidSeen && hit == saidHit) || t - saidAt < 20000) return;
  char text[44];
  u64 values[2] = {seen, hit};
  u32 at = 0;
  for (int i = 0; i < 2; i++) { /* fixed width: the file is never half old */
    char digits[20];
    for (int d = 19; d >= 0; d--) digits[d] = (char)('0' + values[i] % 10), values[i] /= 10;
    memcpy(text + at, digits, 20);
    at += 20;
    text[at++] = i ? '\n' : ' ';
  }
  call6(SYS_pwrite, statsFile, (word)text, at, 0, 0, 0);
  saidSeen = seen, saidHit = hit, saidAt = t;
}
static void wait(u64 until) {
  static struct event events[EVENTS];
  u64 t = now(), rest = until > t ? until - t : 0;
  if (rest > 100000) rest = 100000;
  word timeout[2] = {0, (word)(rest * 1000)};
  struct { int fd; short want, got; } poll = {poller, 1, 0};
  if (call6(SYS_ppoll, (word)&poll, 1, (word)timeout, 0, 8, 0) <= 0) return;
  word count = call6(SYS_epoll_pwait, poller, (word)events, EVENTS, 0, 0, 8);
  for (word i = 0; i < count; i++) {
    u64 token = events[i].data;
    if (token == LISTEN4) welcome(listener4, INET);
    else if (token == LISTEN6) welcome(listener6, INET6);
    else if (token == CONTROL) drain();
    else if (token > LAST_TOKEN) happened((struct connection *)(token & ~1ull), (int)(token & 1), events[i].events);
  }
}
static void relay(void) {
  for (;;) {
    u64 t = now(), next = ~0ull;
    for (struct connection *c = connections; c; c = c->next) {
      u64 due = pump(c, t);
      if (due < next) next = due;
      if (drainedBy) finish(c, now());
    }
    bury();
    if (isFull && connectionCount < MOST_CONNECTIONS) {
      isFull = 0;
      welcome(listener4, INET);
      welcome(listener6, INET6);
    }
    if (drainedBy && !connections) leave(0);
    if (drainedBy && t + 10000 < next) next = t + 10000;
    report(t);
    wait(next);
  }
}
static void askToDrain(const char *tag) {
  u8 address[110], byte;
  u32 size = named(address, tag);
  int fd = (int)call6(SYS_socket, UNIX, STREAM, 0, 0, 0, 0);
  if (call6(SYS_connect, fd, (word)address, size, 0, 0, 0) < 0) leave(0); /* it is gone */
  word patience[2] = {5, 0};
  call6(SYS_setsockopt, fd, 1, 20, (word)patience, 16, 0); /* SO_RCVTIMEO */
  /* Until the relay ends. */
  call6(SYS_recvfrom, fd, (word)&byte, 1, 0, 0, 0);
  leave(0);
}
__attribute__((used)) void begin(word *stack) {
  int count = (int)stack[0];
  const char **arguments = (const char **)(stack + 1);
  if (count == 3 && same(arguments[1], "drain", 6)) askToDrain(arguments[2]);
  if (count < 5 || !same(arguments[1], "relay", 6)) fail("usage: tcp-relay relay PORT TAG SEED [key=value ...]\n");
  const char *text = arguments[4];
  state = number(&text) * 6364136223846793005ull + 1442695040888963407ull;
  for (int i = 5; i < count; i++) take(arguments[i]);
  if (rate) {
    /* A quarter of a second of data may wait, in pieces of a twentieth. */
    u64 quarter = rate / 4, twentieth = rate / 20;
    flowLimit = quarter < 4096 ? 4096 : quarter > FLOW_LIMIT ? FLOW_LIMIT : (u32)quarter;
    pieceLimit = twentieth < SMALL ? SMALL : twentieth > LARGE ? LARGE : (u32)twentieth;
  }
  u64 files[2];
  if (call6(SYS_prlimit, 0, 7, 0, (word)files, 0, 0) == 0) {
    files[0] = files[1];
    call6(SYS_prlimit, 0, 7, (word)files, 0, 0, 0);
  }
  lock = bound(DATAGRAM, "relay");
  if (lock < 0) fail("tcp-relay: another fault relays this target's connections already; revert it first\n");
  control = bound(STREAM, arguments[3]);
  if (control < 0 || call6(SYS_listen, control, 8, 0, 0, 0, 0) < 0) fail("tcp-relay: its name is taken\n");
  text = arguments[2];
  u32 port = (u32)number(&text);
  listener4 = listening(INET, port);
  listener6 = listening(INET6, port);
  poller = (int)call6(SYS_epoll_create1, ON_EXEC, 0, 0, 0, 0, 0);
  watch(listener4, EV_IN | EV_EDGE, LISTEN4);
  if (listener6 >= 0) watch(listener6, EV_IN | EV_EDGE, LISTEN6);
  watch(control, EV_IN | EV_EDGE, CONTROL);
  say(1, "ready\n");
  relay();
}
