# shellcheck shell=sh
# Runs on a host as `sh -s`. The caller writes the variables that this script reads (folder, node, build, options, join,
# timeout), then this script, then a call of one of its functions. An answer begins with "@", because a login script
# may print lines, too.
# shellcheck disable=SC2154
set -u
umask 077

# The caller means the user's home folder on this host, which only this shell knows.
# shellcheck disable=SC2088
case $folder in
'~') root=$HOME ;;
'~/'*) root=$HOME/${folder#'~/'} ;;
/*) root=$folder ;;
*) root=$HOME/$folder ;;
esac
home=$root/node/$node
bin=$root/bin/$build
part=$bin.part-$node

answer() { printf '@%s\n' "$*"; }

last_lines() {
    tail -n 10 "$home/log" | while IFS= read -r line; do answer log "$line"; done
}

# Sets pid to the node's process, or to nothing when it does not run. Another process may have got the number in the
# file, so the home must be among the process's arguments.
find_node() {
    pid=
    [ -f "$home/pid" ] || return 0
    read -r written <"$home/pid" || return 0
    if tr '\0' '\n' 2>/dev/null <"/proc/$written/cmdline" | grep -qxF -- "$home"; then pid=$written; fi
} 2>/dev/null

# Reports what this host has.
look() {
    answer system "$(uname -s)" "$(uname -m)"
    answer libc "$(getconf GNU_LIBC_VERSION 2>/dev/null)"
    for tool in tar gzip setsid nohup; do
        command -v "$tool" >/dev/null || answer lacks "$tool"
    done
    for dotnet in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet \
        "$(cat /etc/dotnet/install_location 2>/dev/null)"; do
        for runtime in "$dotnet/shared/Microsoft.AspNetCore.App/10."*; do
            [ -d "$runtime" ] && answer dotnet "$runtime"
        done
    done
    existing=$home
    while [ ! -d "$existing" ]; do existing=${existing%/*}; done
    answer home "$home"
    answer disk "$(stat -f -c %T "$existing/" 2>/dev/null)"
    [ -d "$bin" ] && answer installed "$build"
    if [ -f "$home/membership.json" ]; then
        answer head "$(sed -n 's/.*"head": *"\([^"]*\)".*/\1/p' "$home/membership.json")"
        answer authority "$(sed -n 's/.*"authority": *"\([^"]*\)".*/\1/p' "$home/membership.json")"
    fi
    [ -f "$home/options" ] && answer options "$(cat "$home/options")"
    find_node
    if [ -n "$pid" ]; then
        program=$(readlink "/proc/$pid/exe")
        program=${program%/*}
        answer running "${program##*/}"
    fi
    return 0
}

# Makes an empty folder for a copy of the build.
prepare() {
    rm -rf "$root/bin/"*".part-$node"
    mkdir -p "$part" && answer part "$part"
}

# Moves a complete copy to its place, unless another node with this folder was faster.
install_build() {
    if said=$("$part/sbnn" --version 2>&1 </dev/null); then
        if [ -d "$bin" ]; then rm -rf "$part"; else mv -T "$part" "$bin"; fi
        answer installed "$build"
    else
        rm -rf "$part"
        answer broken "$(printf '%s' "$said" | tr '\n' ' ')"
    fi
}

# Starts the node in a session of its own, unless it runs, and waits until it is connected to the head.
start_node() {
    mkdir -p "$home" && cd "$home" || return 1
    find_node
    if [ -z "$pid" ]; then
        [ -f log ] && mv log log.1
        eval "set -- $options"
        rm -f join
        if [ -n "$join" ]; then
            printf '%s' "$join" >"$home/join"
            set -- --join-file "$home/join" "$@"
        fi
        printf '%s\n' "$options" >options
        printf '%s\n' "$build" >build
        setsid nohup "$bin/sbnn" serve --role node --home "$home" --name "$node" "$@" </dev/null >log 2>&1 &
        echo "$!" >pid
        answer started "$home/log"
        sleep 1
    fi
    waited=0
    until grep -qx connected log; do
        find_node
        if [ -z "$pid" ]; then
            answer ended
            last_lines
            return 0
        fi
        if [ "$waited" -ge "$timeout" ]; then
            answer unconnected
            last_lines
            return 0
        fi
        sleep 1
        waited=$((waited + 1))
    done
    find_node
    if [ -z "$pid" ]; then
        answer ended
        last_lines
        return 0
    fi
    rm -f join
    answer connected
}

# Stops the node, which lets its trainers write checkpoints and sends them to the head. A second signal would end the
# node immediately, so a node that is already stopping gets none.
stop_node() {
    find_node
    if [ -z "$pid" ]; then
        answer none
        return 0
    fi
    answer stopping
    grep -q '^stopping' "$home/log" || kill -TERM "$pid"
    waited=0
    while [ -n "$pid" ]; do
        if [ "$waited" -ge "$timeout" ]; then
            answer unstopped
            last_lines
            return 0
        fi
        sleep 1
        waited=$((waited + 1))
        find_node
    done
    rm -f "$home/pid"
    answer stopped
}

# Stops the trainers that a killed node left behind; they write checkpoints, and the next node of this home uses them.
stop_trainers() {
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe" 2>/dev/null) in
        "$root/bin/"*/trainer/sbnn-trainer) ;;
        *) continue ;;
        esac
        case $(tr '\0' '\n' 2>/dev/null <"$process/cmdline") in
        *"$home/trials/"*) kill -TERM "${process#/proc/}" && answer trainer "${process#/proc/}" ;;
        esac
    done
    rm -f "$home/options"
}

# Removes the builds that no node of this folder was started from and no process uses.
remove_old_builds() {
    for old in "$root/bin/"*; do
        name=${old##*/}
        case $name in "$build" | *.part-*) continue ;; esac
        grep -qxF -- "$name" "$root/node/"*/build 2>/dev/null && continue
        for program in /proc/[0-9]*/exe; do
            case $(readlink "$program" 2>/dev/null) in "$old"/*) continue 2 ;; esac
        done
        rm -rf "$old" && answer removed "$name"
    done
}
