#!/usr/bin/env bash
# build.sh                 build everything (Release)
# build.sh run [ARGS]      watch this machine's interfaces: `portsentry run ARGS`; log-only without --enforce
# build.sh test [NAME]...  every test project, or those whose name contains NAME; ends with "N passed, N failed"
# build.sh fuzz [SECONDS]  every fuzz test again and again, each time with another seed, for so long (default 60)
# build.sh demo            the main job between two network namespaces, live
# build.sh bench [NAME]... every benchmark, or those named
# build.sh publish         artifacts/portsentry/portsentry: ReadyToRun, needs the .NET 10 runtime
# Installs the Debian packages that are missing (.ci/packages) and says which. build.ps1 does the same steps.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
out=$(realpath -m "${ArtifactsPath:-artifacts}")

fail() { echo "build.sh: $*" >&2; exit 1; }

present() { # $1: a command, a library or a path
  case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *.so.*) [[ $libraries == *"$1 "* ]] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

need() { # the package groups that the step uses
  local group package sign missing=() libraries
  libraries=$(ldconfig -p 2>/dev/null || true)
  while read -r group package sign; do
    case " $* " in *" $group "*) present "$sign" || missing+=("$package") ;; esac
  done < <(grep -v '^#' .ci/packages)
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || fail "missing: ${missing[*]}. Run this as root, or first: sudo apt-get install ${missing[*]}"
  command -v apt-get >/dev/null || fail "missing: ${missing[*]} (names of Debian; there is no apt-get here). Install what they are called on this system."
  echo "build.sh: installing ${missing[*]}"
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then # no service of these packages may start
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && made=$policy
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  apt-get update -qq || echo "build.sh: apt-get update failed; trying with the lists that are here" >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}"
  [ -z "$made" ] || { rm -f "$made"; trap - EXIT; }
}

sdk() { command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download (or set PATH to its dotnet)"; }

build() { need run "$@"; sdk; dotnet build PortSentry.Actors.sln -c Release -v quiet --nologo; }

publish() {
  sdk
  rm -rf "$out/portsentry"
  dotnet publish src/PortSentry.Daemon -c Release -v quiet --nologo --use-current-runtime --self-contained false \
    -p:PublishReadyToRun=true -p:PublishDocumentationFile=false -p:PublishReferencesDocumentationFiles=false -o "$out/portsentry"
  export PORTSENTRY=$out/portsentry/portsentry
}

root() { [ "$(id -u)" = 0 ] || fail "$1 makes network namespaces and captures: run it as root"; }

run_tests() { # names; prints "N passed, N failed"
  local project name status p f trx passed=0 failed=0
  # The end-to-end tests last: everything that can be told without a network is told first.
  for project in tests/PortSentry.*/*.csproj tests/EndToEnd/EndToEnd.csproj; do
    name=$(basename "$project" .csproj)
    wanted "$name" "$@" || continue
    status=0 p=0 f=0 trx=$out/test-results/$name.trx
    rm -f "$trx"
    dotnet test "$out/bin/$name/release/$name.dll" --nologo --logger "trx;LogFileName=$name.trx" --results-directory "$out/test-results" \
      --blame-hang-timeout 5m --blame-hang-dump-type none || status=$?
    if [ -f "$trx" ]; then
      p=$(sed -n 's/.*<Counters .* passed="\([0-9]*\)".*/\1/p' "$trx")
      f=$(sed -n 's/.*<Counters .* failed="\([0-9]*\)".*/\1/p' "$trx")
    fi
    if [ "$status" != 0 ] && [ "$f" = 0 ]; then echo "build.sh: the tests of $name broke off (exit $status)" >&2; f=1; fi
    passed=$((passed + p)) failed=$((failed + f))
  done
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

run_fuzz() { # seconds; a failing seed is printed, and PORTSENTRY_FUZZ_SEED brings it back
  local seconds=${1:-60} project seed end
  [[ $seconds =~ ^[0-9]+$ ]] || fail "fuzz takes seconds, not '$seconds'"
  end=$((SECONDS + seconds))
  while
    seed=$((RANDOM * 32768 + RANDOM))
    for project in $(grep -rl --include='*Fuzz*.cs' '\[Fact\]' tests | cut -d/ -f2 | sort -u); do
      echo "== $project, seed $seed"
      PORTSENTRY_FUZZ_SEED=$seed PORTSENTRY_FUZZ_CASES=5000 dotnet test "$out/bin/$project/release/$project.dll" --nologo --filter 'FullyQualifiedName~Fuzz' \
        --blame-hang-timeout 15m --blame-hang-dump-type none --results-directory "$out/test-results" || fail "PORTSENTRY_FUZZ_SEED=$seed PORTSENTRY_FUZZ_CASES=5000 fails in $project"
    done
    [ $SECONDS -lt $end ]
  do :; done
}

run_benches() { # names
  local project name
  for project in bench/*/*.csproj; do
    [ -e "$project" ] || continue
    name=$(basename "$(dirname "$project")")
    wanted "$name" "$@" || continue
    echo "== $name"
    dotnet run --project "$project" -c Release
  done
  ! wanted block "$@" || { echo "== block"; dotnet "$out/bin/EndToEnd/release/EndToEnd.dll" block; }
}

wanted() { # $1 name, then the words asked for: true where there are none or one is part of the name
  local name=$1 word
  shift
  [ $# -gt 0 ] || return 0
  for word in "$@"; do [[ $name != *"$word"* ]] || return 0; done
  return 1
}

step=${1:-build}
[ $# = 0 ] || shift
case $step in
  build)   build ;;
  run)     need run; sdk; dotnet build src/PortSentry.Daemon -c Release -v quiet --nologo; exec "$out/bin/PortSentry.Daemon/release/portsentry" run "$@" ;;
  test)    root test; build demo test; publish; run_tests "$@" ;;
  fuzz)    build; run_fuzz "$@" ;;
  demo)    root demo; build demo; publish; exec dotnet "$out/bin/EndToEnd/release/EndToEnd.dll" demo "$@" ;;
  bench)   root bench; build demo test; publish; run_benches "$@" ;;
  publish) publish; echo "$PORTSENTRY" ;;
  help|-h|--help) sed -n '2,9p' "$0" ;;
  *) fail "no step '$step'; see: build.sh help" ;;
esac
