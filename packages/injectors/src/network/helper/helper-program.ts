/**
 * What runs in a helper container, in busybox `sh`: reads requests from stdin, one a line, and answers on stdout. Fields
 * of a request are divided by US (0x1f): number, verb, arguments. Arguments are data: nothing of them is ever evaluated.
 * An answer is what the verb prints, then RS, nonce, US, number, US, exit code.
 *
 * When stdin ends (the engine died), when SIGTERM comes, or when a lease is over, it undoes what it holds, by itself.
 */
export const HELPER_PROGRAM = String.raw`
set -f
nonce=$1 idle=$2 legacy=$3
US=$(printf '\037')
usual=$IFS
mkdir -p /run/held /run/pids /run/stats
mkfifo /run/in

tool() {
  for folder in /usr/sbin /sbin /usr/local/sbin /usr/bin /bin /chaos; do
    [ -x "$folder/$1" ] && found=$folder/$1 && return 0
  done
  echo "the helper image has no $1"
  return 127
}
backends=
tool xtables-nft-multi >/dev/null && backends=$found
[ "$legacy" = yes ] && tool xtables-legacy-multi >/dev/null && backends="$backends $found"

# What is in folder $1, for $(): a tick must not cost a process for every question.
names() { set +f; for path in "$1"/*; do [ ! -e "$path" ] || echo "${'$'}{path##*/}"; done; }
uptime() { read -r up rest < /proc/uptime; up=$((${'$'}{up%%.*})); }
run() { tool "$1" || return; shift; "$found" "$@"; }
restore() {
  tool "$1" || return
  family=$2
  shift 2
  printf '%s\n' "$@" | "$found" "$family-restore" --noflush -w 5
}

# Turns what iptables-save prints into the lines that remove every chain whose name begins like pattern $1, hooks first;
# with "hooks" only those.
removal() {
  while IFS= read -r line; do
    case "$line" in
      \**) table=$line open= chains= ;;
      :$1*) line=${'$'}{line#:}; chains="$chains ${'$'}{line%% *}" ;;
      -A*" -j "$1*) begin; printf '%s\n' "-D${'$'}{line#-A}" ;;
      COMMIT)
        [ "$2" = hooks ] && chains=
        for chain in $chains; do begin; echo "-F $chain"; done
        for chain in $chains; do echo "-X $chain"; done
        [ -z "$open" ] || echo COMMIT
        ;;
    esac
  done
}
begin() { [ -n "$open" ] || echo "$table"; open=yes; }
# Lists $family of $backend in $saved; fails when nothing is known. A rule of somebody else that this iptables cannot read
# ends the list early: the tables before it stand.
list() {
  saved=$("$backend" "$family-save" "$@" 2>/run/why)
  status=$?
  [ "$status" = 0 ] || [ -n "$saved" ]
}
# Removes the chains like pattern $1 from every one of $sections, each a back end and a family; what cannot be listed may
# hold some, and fails. Another helper may undo the same at the same time: then the batch fails as a whole, and the next
# look finds less.
unchain() {
  for section in $sections; do
    tool "${'$'}{section%:*}" || return
    backend=$found family=${'$'}{section#*:}
    for attempt in 1 2 3 4 5 6 7 8; do
      if list && lines=$(printf '%s\n' "$saved" | removal "$@"); then
        [ -n "$lines" ] || break
        printf '%s\n' "$lines" | "$backend" "$family-restore" --noflush -w 5 2>/run/why && break
      fi
      [ "$attempt" -lt 8 ] || { cat /run/why; return 1; }
    done
  done
}
# Removes the root queues whose handle is like pattern $1.
unqueue() {
  tool tc >/dev/null || return 0
  tc=$found
  "$tc" qdisc show | while read -r word kind handle word device place rest; do
    case "$handle $place" in
      $1": root") "$tc" qdisc del dev "$device" root handle "$handle" ;;
    esac
  done
}
unserve() {
  [ -f "/run/pids/$1" ] || return 0
  kill -9 "$(cat "/run/pids/$1")" 2>/dev/null
  rm -f "/run/pids/$1" "/run/stats/$1"
}
# Names of devices of ours, like pattern $1, that arriving packets are led through.
inbounds() {
  while read -r device rest; do
    case "$device" in cifb$1:*) echo "${'$'}{device%%:*}" ;; esac
  done < /proc/net/dev
}
# Whoever leads packets to a device that is gone loses them: first the leading ends. A queue that leads nowhere yet is ours
# as long as the device is there: whoever made it died before the first filter, and had seen that there was no other.
unlead() {
  tool tc >/dev/null || return 0
  tc=$found
  for own in $(inbounds "$1"); do
    for one in $(devices); do
      led=$("$tc" filter show dev "$one" parent ffff: 2>/dev/null) || continue
      case "$led" in
        ''|*" device $own)"*) "$tc" qdisc del dev "$one" ingress 2>/dev/null ;;
      esac
    done
    # Another helper may be faster.
    /bin/busybox ip link del "$own" 2>/run/why || [ -z "$(inbounds "${'$'}{own#cifb}")" ] || { cat /run/why; return 1; }
  done
}
# The marks, like pattern $1, of proxies that take connections in this network; their sockets' names belong to it.
relays() {
  while read -r line; do
    case "$line" in *@bridge-chaos:$1) echo "${'$'}{line##*:}" ;; esac
  done < /proc/net/unix
}
# They are told by name, whoever started them. First no new connection comes to them; but the kernel translates the
# addresses of those they have only as long as there are rules, in chains that no packet meets any more.
release() {
  for one in $(relays "$1"); do
    unchain "CHAOS_${'$'}{one}_" hooks && tool tcp-relay && "$found" drain "$one" || return
  done
}
# The fault of mark $1, whose chains are in the sections after it and nowhere else.
undo() {
  mark=$1 first=${'$'}{1%"${'$'}{1#??}"}
  shift
  sections=$*
  release "$mark" && unlead "${'$'}{mark%??}" && unchain "CHAOS_${'$'}{mark}_" \
    && unqueue "5c$first" && unserve "$mark" && drop "$mark"
}
# Whatever carries a mark, in the sections that could be listed when this helper last looked: the others may be of a back
# end or a family that this kernel does not have.
sweep() {
  sections=$listed
  release '????????????' && unlead '??????????' && unchain 'CHAOS_????????????_' && unqueue '5c??'
}
drop() { rm -f "/run/held/$1"; }
hold() {
  uptime
  mark=$1 end=$((up + $2))
  shift 2
  echo "$end $*" > "/run/held/$mark"
}
serve() {
  tag=$1
  tool "$2" || return
  shift 2
  "$found" "$@" "stats=/run/stats/$tag" > "/run/out.$tag" 2>&1 3<&- &
  echo $! > "/run/pids/$tag"
  tries=0
  until read -r word < "/run/out.$tag" && [ "$word" = ready ]; do
    tries=$((tries + 1))
    [ $tries -lt 500 ] && kill -0 "$(cat "/run/pids/$tag")" 2>/dev/null || { cat "/run/out.$tag"; return 1; }
    sleep 0.01
  done
}
look() {
  listed=
  for backend in $backends; do
    for family in iptables ip6tables; do
      list -c && {
        listed="$listed ${'$'}{backend##*/}:$family"
        printf '\035%s %s\n%s\n' "${'$'}{backend##*/}" "$family" "$saved"
      }
      [ "$status" = 0 ] || { printf '\035unlisted %s %s\n' "${'$'}{backend##*/}" "$family"; cat /run/why; }
    done
  done
  printf '\035queues\n'
  [ -r /proc/net/netfilter/nfnetlink_queue ] && while read -r line; do echo "$line"; done < /proc/net/netfilter/nfnetlink_queue
  printf '\035relays\n'
  relays '????????????'
  printf '\035inbounds\n'
  while read -r device bytes packets rest; do
    case "$device" in cifb*:) echo "${'$'}{device%:} $packets" ;; esac
  done < /proc/net/dev
  printf '\035qdiscs\n'
  tool tc >/dev/null && "$found" qdisc show
  printf '\035date\n'
  date +%s
  [ -z "$1" ] || { printf '\035stats\n'; [ -f "/run/stats/$1" ] && cat "/run/stats/$1"; }
  return 0
}
devices() { while read -r device rest; do case "$device" in lo:*|cifb*) ;; *:*) echo "${'$'}{device%%:*}" ;; esac; done < /proc/net/dev; }
resolve() { nslookup "$1"; }

held() { names /run/held; }
undo_all() {
  for tag in $(held); do
    read -r end kept < "/run/held/$tag"
    undo "$tag" $kept
  done
}
lapse() {
  uptime
  for tag in $(held); do
    read -r end kept < "/run/held/$tag"
    [ "$up" -lt "$end" ] || undo "$tag" $kept
    # Rules that lead to a program which has died.
    [ ! -f "/run/pids/$tag" ] || { read -r pid < "/run/pids/$tag"; kill -0 "$pid" 2>/dev/null; } || undo "$tag" $kept
  done
  [ -n "$(held)" ] && last=$up
  [ $((up - last)) -lt "$idle" ] || exit 0
}
trap 'undo_all; exit 0' TERM INT HUP

exec 4<&0
( while IFS= read -r line; do printf '%s\n' "$line"; done <&4; echo eof ) > /run/in &
( trap - TERM; while sleep 1; do echo tick; done ) > /run/in 4<&- &
exec 3< /run/in 4<&- < /dev/null
uptime
last=$up
date +%s
printf '\036%s\0370\0370\n' "$nonce"
while IFS= read -r line <&3; do
  case "$line" in
    tick) lapse >/dev/null 2>&1 ;;
    eof) undo_all; exit 0 ;;
    *)
      IFS=$US
      set -- $line
      IFS=$usual
      number=$1 verb=$2
      shift 2
      case "$verb" in
        run|restore|undo|drop|sweep|hold|serve|look|devices|resolve) "$verb" "$@" 2>&1 ;;
        *) echo "no such verb"; false ;;
      esac
      code=$?
      uptime
      last=$up
      printf '\036%s\037%s\037%s\n' "$nonce" "$number" "$code"
      ;;
  esac
done
`;
