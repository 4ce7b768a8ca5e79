/*
 * packet-queue: delays, loses, duplicates, corrupts, reorders, slows down and rewrites packets that netfilter hands to
 * user space (NFQUEUE). Runs in a helper container beside the target. Needs no library and no shell.
 *
 *   packet-queue QUEUE SEED [key=value ...]
 *
 * The rules that feed it say --queue-bypass: when it dies, packets flow again at once. Probabilities and correlations
 * are 32-bit fractions (4294967295 = always). Build: see build-packet-queue.mjs.
 *
 *   delay=US,US,...   quantiles of the delay in microseconds; one value = constant
 *   delaycorr=F       correlation of a delay with the one before (netem's model)
 *   loss=F losscorr=F
 *   bursts=P,R,B,G    Gilbert-Elliott: good to bad, bad to good, loss when bad, loss when good
 *   duplicate=F corrupt=F
 *   reorder=F         this share is not delayed
 *   rate=N            bytes per second, serialised
 *   mark=N            firewall mark of the copies
 *   stats=PATH        "seen hit\n", rewritten while packets flow
 *   dns=CODE          rcode 2, 3 or 5; 16 = answer with address=; 17 = drop; 18 = delay only
 *   name=NAME         only this name; "*.name" = every name below it; several may be given
 *   address=HEX       4 or 16 bytes; one of each family may be given
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long word;

/* ---- the few system calls, without libc ---- */
#if defined(__x86_64__)
enum { SYS_write = 1, SYS_open = 257, SYS_mmap = 9, SYS_munmap = 11, SYS_socket = 41, SYS_sendto = 44, SYS_recvfrom = 45,
       SYS_bind = 49, SYS_setsockopt = 54, SYS_exit = 231, SYS_clock_gettime = 228, SYS_ppoll = 271, SYS_pwrite = 18 };
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
enum { SYS_write = 64, SYS_open = 56, SYS_mmap = 222, SYS_munmap = 215, SYS_socket = 198, SYS_sendto = 206,
       SYS_recvfrom = 207, SYS_bind = 200, SYS_setsockopt = 208, SYS_exit = 94, SYS_clock_gettime = 113, SYS_ppoll = 73,
       SYS_pwrite = 68 };
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
#error "packet-queue knows x86-64 and arm64"
#endif

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
static void release(void *p, unsigned long n) { call6(SYS_munmap, (word)p, (word)n, 0, 0, 0, 0); }
static u16 be16(const u8 *p) { return (u16)(p[0] << 8 | p[1]); }
static u32 be32(const u8 *p) { return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3]; }
static void put16(u8 *p, u32 v) {
  p[0] = (u8)(v >> 8);
  p[1] = (u8)v;
}
static void put32(u8 *p, u32 v) {
  put16(p, v >> 16);
  put16(p + 2, v);
}

/* ---- settings ---- */
enum { QUANTILES = 1024, NAMES = 64, DNS_ADDRESS = 16, DNS_DROP = 17, DNS_DELAY = 18 };
static u32 quantiles[QUANTILES], quantileCount;
static u32 delayCorrelation, loss, lossCorrelation, duplicate, corrupt, reorder, mark;
static u32 toBad, toGood, lossBad, lossGood, isBad, bursts;
static u64 rate;
static int dns = -1;
static const char *names[NAMES];
static u32 nameCount;
static u8 address4[4], address6[16];
static int hasAddress4, hasAddress6;
static int statsFile = -1;
static u64 seen, hit, saidSeen, saidHit, saidAt;

static u64 number(const char **s) {
  u64 v = 0;
  while (**s >= '0' && **s <= '9') v = v * 10 + (u64)(*(*s)++ - '0');
  return v;
}
static const char *after(const char *argument, const char *key) {
  while (*key && *argument == *key) argument++, key++;
  return *key == 0 && *argument == '=' ? argument + 1 : 0;
}
static int hex(char c) { return c >= 'a' ? c - 'a' + 10 : c - '0'; }
static void takeAddress(const char *v) {
  u8 *to = length(v) == 8 ? address4 : address6;
  if (to == address4) hasAddress4 = 1;
  else hasAddress6 = 1;
  for (; v[0] && v[1]; v += 2) *to++ = (u8)(hex(v[0]) << 4 | hex(v[1]));
}
static void take(const char *a) {
  const char *v;
  if ((v = after(a, "delay"))) {
    while (*v && quantileCount < QUANTILES) {
      quantiles[quantileCount++] = (u32)number(&v);
      if (*v == ',') v++;
    }
  } else if ((v = after(a, "bursts"))) {
    u32 *parts[4] = {&toBad, &toGood, &lossBad, &lossGood};
    bursts = 1;
    for (int i = 0; i < 4; i++) {
      *parts[i] = (u32)number(&v);
      if (*v == ',') v++;
    }
  } else if ((v = after(a, "delaycorr"))) delayCorrelation = (u32)number(&v);
  else if ((v = after(a, "loss"))) loss = (u32)number(&v);
  else if ((v = after(a, "losscorr"))) lossCorrelation = (u32)number(&v);
  else if ((v = after(a, "duplicate"))) duplicate = (u32)number(&v);
  else if ((v = after(a, "corrupt"))) corrupt = (u32)number(&v);
  else if ((v = after(a, "reorder"))) reorder = (u32)number(&v);
  else if ((v = after(a, "rate"))) rate = number(&v);
  else if ((v = after(a, "mark"))) mark = (u32)number(&v);
  else if ((v = after(a, "dns"))) dns = (int)number(&v);
  else if ((v = after(a, "address"))) takeAddress(v);
  else if ((v = after(a, "name"))) {
    if (nameCount < NAMES) names[nameCount++] = v;
  } else if ((v = after(a, "stats"))) statsFile = (int)call6(SYS_open, -100, (word)v, 01101, 0600, 0, 0);
  else fail("packet-queue: unknown setting\n");
}

/* ---- chance ---- */
static u64 state;
static u32 draw(void) { /* xorshift64* */
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (u32)((state * 2685821657736338717ull) >> 32);
}
/* As netem does it: a share of the last value, the rest new. */
static u32 drawLike(u32 *last, u32 correlation) {
  u64 fresh = draw();
  if (correlation) fresh = (fresh * (0x100000000ull - correlation) + (u64)*last * correlation) >> 32;
  return *last = (u32)fresh;
}
static int happens(u32 probability) { return probability && draw() <= probability; }
static int isLost(void) {
  static u32 last;
  if (bursts) {
    isBad = isBad ? !happens(toGood) : happens(toBad);
    return happens(isBad ? lossBad : lossGood);
  }
  return loss && drawLike(&last, lossCorrelation) <= loss;
}
static u32 delayOf(void) {
  static u32 last;
  if (quantileCount == 0) return 0;
  if (quantileCount == 1) return quantiles[0];
  return quantiles[((u64)drawLike(&last, delayCorrelation) * quantileCount) >> 32];
}

/* ---- netlink ---- */
static int netlink;
static u16 queue;
static u8 message[70000];
static u32 used;
static void start(u32 type, u32 flags) {
  memset(message, 0, 20);
  *(u16 *)(message + 4) = (u16)(3 << 8 | type); /* NFNL_SUBSYS_QUEUE */
  *(u16 *)(message + 6) = (u16)(1 | flags);     /* NLM_F_REQUEST */
  put16(message + 18, queue);
  used = 20;
}
static void attribute(u32 type, const void *data, u32 size) {
  u8 *a = message + used;
  *(u16 *)a = (u16)(4 + size);
  *(u16 *)(a + 2) = (u16)type;
  memcpy(a + 4, data, size);
  used += (4 + size + 3) & ~3u;
}
static void dispatch(void) {
  *(u32 *)message = used;
  call6(SYS_sendto, netlink, (word)message, used, 0, 0, 0);
}
static void verdict(u32 id, u32 what, const u8 *payload, u32 size) {
  u8 header[8];
  put32(header, what);
  *(u32 *)(header + 4) = id; /* kept as it came */
  start(1, 0);
  attribute(2, header, 8);
  if (payload) attribute(10, payload, size);
  dispatch();
}

/* ---- packets that wait ---- */
enum { WAITING = 65536, LONGEST = 65535 };
struct waiting {
  u64 due, order;
  u32 id, size;
  u8 *payload;
};
static struct waiting heap[WAITING];
static u32 waiting;
static u64 orders;
static int sooner(const struct waiting *a, const struct waiting *b) {
  return a->due < b->due || (a->due == b->due && a->order < b->order);
}
static void push(struct waiting w) {
  u32 i = waiting++;
  for (; i && sooner(&w, &heap[(i - 1) / 2]); i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
  heap[i] = w;
}
static struct waiting pop(void) {
  struct waiting top = heap[0], last = heap[--waiting];
  u32 i = 0;
  for (;;) {
    u32 child = 2 * i + 1;
    if (child >= waiting) break;
    if (child + 1 < waiting && sooner(&heap[child + 1], &heap[child])) child++;
    if (!sooner(&heap[child], &last)) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return top;
}
static void letGo(struct waiting w) {
  verdict(w.id, 1, w.payload, w.size);
  if (w.payload) release(w.payload, w.size);
}

/* ---- what is done to one packet ---- */
static int copies4 = -1, copies6 = -1;
static void sendCopy(const u8 *p, u32 n) {
  u8 to[28];
  memset(to, 0, sizeof to);
  if (p[0] >> 4 == 4) {
    *(u16 *)to = 2;
    memcpy(to + 4, p + 16, 4);
    call6(SYS_sendto, copies4, (word)p, n, 0, (word)to, 16);
  } else {
    *(u16 *)to = 10;
    memcpy(to + 8, p + 24, 16);
    call6(SYS_sendto, copies6, (word)p, n, 0, (word)to, 28);
  }
}
static u32 headerOf(const u8 *p, u32 n) { /* up to the payload of the transport protocol */
  u32 ip = p[0] >> 4 == 4 ? (p[0] & 15) * 4u : 40;
  u32 protocol = p[0] >> 4 == 4 ? p[9] : p[6];
  if (protocol == 6 && n > ip + 13) return ip + (p[ip + 12] >> 4) * 4u;
  return ip + 8;
}
static void flipBit(u8 *p, u32 n) {
  u32 from = headerOf(p, n);
  if (n <= from) from = n > 20 ? 20 : 0;
  p[from + (u32)(((u64)draw() * (n - from)) >> 32)] ^= (u8)(1 << (draw() >> 29));
}

static u32 sum(const u8 *p, u32 n, u32 total) {
  for (; n > 1; n -= 2, p += 2) total += be16(p);
  return n ? total + (u32)(p[0] << 8) : total;
}
static u16 folded(u32 total) {
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return (u16)~total;
}
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static int sameText(const char *a, const char *b) {
  while (*a && lower(*a) == lower(*b)) a++, b++;
  return *a == 0 && *b == 0;
}
/* The name asked for, dotted; returns the length of the question, or 0. */
static u32 questionOf(const u8 *d, u32 n, char *name) {
  u32 at = 12, out = 0;
  while (at < n && d[at]) {
    u32 label = d[at++];
    if (label > 63 || at + label >= n || out + label + 2 > 255) return 0;
    if (out) name[out++] = '.';
    for (u32 i = 0; i < label; i++) name[out++] = (char)d[at++];
  }
  name[out] = 0;
  return at + 5 <= n ? at + 5 - 12 : 0;
}
static int isMeant(const char *name) {
  if (nameCount == 0) return 1;
  unsigned long n = length(name);
  for (u32 i = 0; i < nameCount; i++) {
    const char *want = names[i];
    if (want[0] == '*') {
      unsigned long w = length(want + 1);
      if (n > w && sameText(want + 1, name + n - w)) return 1;
    } else if (sameText(want, name)) return 1;
  }
  return 0;
}
/* Turns the answer at p into ours; returns its new size. */
static u32 rewrite(u8 *p, u32 ip, u32 question) {
  u8 *d = p + ip + 8;
  u32 type = be16(d + 12 + question - 4), size = 12 + question;
  const u8 *address = type == 1 && hasAddress4 ? address4 : type == 28 && hasAddress6 ? address6 : 0;
  d[2] = (u8)((d[2] & 0x79) | 0x80);
  d[3] = (u8)(0x80 | (dns < DNS_ADDRESS ? dns : 0));
  put16(d + 4, 1);
  memset(d + 6, 0, 6);
  if (dns == DNS_ADDRESS && address) {
    u32 bytes = type == 1 ? 4 : 16;
    put16(d + 6, 1);
    put16(d + size, 0xc00c);
    put16(d + size + 2, type);
    put16(d + size + 4, 1);
    put32(d + size + 6, 0);
    put16(d + size + 10, bytes);
    memcpy(d + size + 12, address, bytes);
    size += 12 + bytes;
  }
  u32 udp = size + 8, total = ip + udp;
  put16(p + ip + 4, udp);
  put16(p + ip + 6, 0);
  u32 pseudo = 17 + udp;
  if (p[0] >> 4 == 4) {
    put16(p + 2, total);
    put16(p + 10, 0);
    put16(p + 10, folded(sum(p, ip, 0)));
    pseudo = sum(p + 12, 8, pseudo);
  } else {
    put16(p + 4, udp);
    pseudo = sum(p + 8, 32, pseudo);
  }
  u16 check = folded(sum(p + ip, udp, pseudo));
  put16(p + ip + 6, check ? check : 0xffff);
  return total;
}

static u64 lastDue, linkFree;
static void hold(u32 id, u64 due, u8 *payload, u32 size) {
  struct waiting w = {due, orders++, id, size, payload};
  if (waiting == WAITING) letGo(w); /* more than the kernel keeps: not reached */
  else push(w);
}
static u64 dueOf(u32 size) {
  u64 t = now(), due = t;
  if (!(reorder && happens(reorder))) due += delayOf();
  else hit++;
  if (rate) {
    linkFree = (linkFree > t ? linkFree : t) + (u64)size * 1000000ull / rate;
    if (due < linkFree) due = linkFree;
  }
  /* Jitter alone keeps the order, as a real queue does. */
  if (!reorder && due < lastDue) due = lastDue;
  if (!reorder) lastDue = due;
  return due;
}
static u8 *copyOf(const u8 *p, u32 n) {
  u8 *copy = memory(n + 64);
  if (copy) memcpy(copy, p, n);
  return copy;
}
static void answerName(u32 id, u8 *p, u32 n) {
  u32 ip = p[0] >> 4 == 4 ? (p[0] & 15) * 4u : 40;
  char name[256];
  u32 question = n > ip + 20 ? questionOf(p + ip + 8, n - ip - 8, name) : 0;
  if (question == 0 || !isMeant(name)) {
    verdict(id, 1, 0, 0);
    return;
  }
  hit++;
  if (dns == DNS_DROP) {
    verdict(id, 0, 0, 0);
    return;
  }
  if (dns == DNS_DELAY) {
    hold(id, now() + delayOf(), 0, 0);
    return;
  }
  static u8 answer[2048];
  u32 keep = ip + 20 + question;
  if (keep + 64 > sizeof answer) {
    verdict(id, 0, 0, 0);
    return;
  }
  memcpy(answer, p, keep);
  verdict(id, 1, answer, rewrite(answer, ip, question));
}
static void packet(u32 id, u8 *p, u32 n, u32 wire) {
  seen++;
  if (dns >= 0) {
    answerName(id, p, n);
    return;
  }
  if (isLost()) {
    hit++;
    verdict(id, 0, 0, 0);
    return;
  }
  if (happens(duplicate)) {
    hit++;
    sendCopy(p, n);
  }
  u8 *changed = 0;
  if (happens(corrupt) && n > 20 && (changed = copyOf(p, n))) {
    hit++;
    flipBit(changed, n);
  }
  u64 t = now(), due = dueOf(wire);
  if (due > t && (quantileCount || rate)) {
    if (!reorder) hit++;
    hold(id, due, changed, changed ? n : 0);
    return;
  }
  verdict(id, 1, changed, changed ? n : 0);
  if (changed) release(changed, n);
}

/* ---- the loop ---- */
static void each(u8 *buffer, u32 size) {
  for (u8 *m = buffer; size >= 20;) {
    u32 step = *(u32 *)m, type = *(u16 *)(m + 4);
    if (step < 20 || step > size) return;
    if (type == (3 << 8 | 0)) { /* NFQNL_MSG_PACKET */
      u32 id = 0, n = 0, wire = 0;
      u8 *p = 0;
      for (u8 *a = m + 20; a + 4 <= m + step;) {
        u32 bytes = *(u16 *)a, kind = *(u16 *)(a + 2) & 0x3fff;
        if (bytes < 4 || a + bytes > m + step) break;
        if (kind == 1) id = *(u32 *)(a + 4);
        if (kind == 10) p = a + 4, n = bytes - 4;
        if (kind == 13) wire = be32(a + 4); /* NFQA_CAP_LEN: the real size of what was cut */
        a += (bytes + 3) & ~3u;
      }
      if (p) packet(id, p, n, wire ? wire : n);
      else verdict(id, 1, 0, 0);
    }
    step = (step + 3) & ~3u;
    if (step >= size) return;
    m += step;
    size -= step;
  }
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
static void bindQueue(void) {
  u8 command[4] = {1, 0, 0, 2}; /* NFQNL_CFG_CMD_BIND */
  static u8 reply[4096];
  start(2, 4); /* NLM_F_ACK */
  attribute(1, command, 4);
  dispatch();
  word got = call6(SYS_recvfrom, netlink, (word)reply, sizeof reply, 0, 0, 0);
  if (got < 20 || *(int *)(reply + 16) != 0) fail("packet-queue: the queue cannot be bound\n");
  int whole = corrupt || duplicate || dns >= 0;
  u8 params[5];
  put32(params, whole ? 0xffff : 64);
  params[4] = 2; /* NFQNL_COPY_PACKET */
  /* Whole packets of wire size with their checksums where content counts; else as large as they come. */
  u8 flags[4] = {0, 0, 0, (u8)(whole ? 1 : 5)}, mask[4] = {0, 0, 0, 5}, longest[4];
  put32(longest, LONGEST);
  start(2, 0);
  attribute(2, params, 5);
  attribute(3, longest, 4);
  attribute(4, mask, 4);
  attribute(5, flags, 4);
  dispatch();
}
static int rawSocket(int family) {
  int s = (int)call6(SYS_socket, family, 3 | 02000000, 255, 0, 0, 0);
  if (s < 0) return s;
  call6(SYS_setsockopt, s, 1, 36, (word)&mark, 4, 0); /* SO_MARK */
  return s;
}
static void openSockets(void) {
  u16 nobody[6] = {16};
  int size = 16 << 20, one = 1;
  netlink = (int)call6(SYS_socket, 16, 3 | 02000000, 12, 0, 0, 0);
  if (netlink < 0) fail("packet-queue: no netlink socket\n");
  call6(SYS_bind, netlink, (word)nobody, 12, 0, 0, 0);
  call6(SYS_setsockopt, netlink, 1, 33, (word)&size, 4, 0);  /* SO_RCVBUFFORCE */
  call6(SYS_setsockopt, netlink, 270, 5, (word)&one, 4, 0);  /* NETLINK_NO_ENOBUFS */
  if (!duplicate) return;
  copies4 = rawSocket(2);
  copies6 = rawSocket(10);
  if (copies4 < 0) fail("packet-queue: no raw socket; duplicates need NET_RAW\n");
}
__attribute__((used)) void begin(word *stack) {
  int count = (int)stack[0];
  const char **arguments = (const char **)(stack + 1);
  if (count < 3) fail("usage: packet-queue QUEUE SEED [key=value ...]\n");
  const char *text = arguments[1];
  queue = (u16)number(&text);
  text = arguments[2];
  state = number(&text) * 6364136223846793005ull + 1442695040888963407ull;
  for (int i = 3; i < count; i++) take(arguments[i]);
  openSockets();
  bindQueue();
  say(1, "ready\n");
  static u8 buffer[1 << 17];
  for (;;) {
    u64 t = now();
    while (waiting && heap[0].due <= t) letGo(pop());
    report(t);
    u64 rest = waiting ? heap[0].due - t : 100000;
    if (rest > 100000) rest = 100000;
    word timeout[2] = {0, (word)(rest * 1000)};
    struct { int fd; short want, got; } poll = {netlink, 1, 0};
    if (call6(SYS_ppoll, (word)&poll, 1, (word)timeout, 0, 8, 0) <= 0) continue;
    word got = call6(SYS_recvfrom, netlink, (word)buffer, sizeof buffer, 0x40, 0, 0);
    if (got > 0) each(buffer, (u32)got);
  }
}
