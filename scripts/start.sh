# Sourced by examples/run and server/run: builds a module with what it needs, and starts one of its classes.
# Needs a JDK 17 or newer (JAVA_HOME, or java on the path). Without an mvn on the path, mvnw fetches Maven.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# is_stale MODULE: whether build_module did not build MODULE yet, or a source file is newer than that build.
is_stale() {
  local built=$root/$1/target/built-by-run pom module sources=("$root/pom.xml")
  [[ -e $built && -d $root/$1/target/lib ]] || return 0
  for pom in "$root"/*/pom.xml "$root"/*/*/pom.xml; do
    module=${pom%/pom.xml}
    case ${module#"$root/"} in
      benchmarks) ;;
      examples | examples/*) [[ $module != "$root/$1" ]] || sources+=("$pom" "$module/src/main") ;;
      *) [[ ! -d $module/src/main ]] || sources+=("$pom" "$module/src/main") ;;
    esac
  done
  [[ -n $(find "${sources[@]}" -newer "$built" -print -quit) ]]
}

# build_module MODULE: packages MODULE and the modules that it depends on, without tests.
build_module() {
  local mvn=mvn
  command -v mvn >/dev/null || mvn=$root/mvnw
  local first=''
  [[ -d $root/$1/target ]] || first=' (the first time, Maven may have a lot to fetch)'
  echo "Building Postern …$first" >&2
  rm -rf "$root/$1/target/lib"
  local log
  # Checks are for mvn verify: a warning that only a newer JDK knows must not keep anyone from a first look.
  if ! log=$(cd "$root" && "$mvn" -q -B -ntp -Dstyle.color=never -DskipTests -Dmaven.compiler.failOnWarning=false \
    -P '!errorprone' -pl "$1" -am package 2>&1); then
    printf '%s\n' "$log" | sed -e $'s/\e\\[[0-9;]*m//g' -e '/\[Help 1\]/q' >&2
    exit 1
  fi
  # Or mvn verify would not compile these again, and so not check them.
  rm -rf "$root"/*/target/maven-status "$root"/*/*/target/maven-status
  touch "$root/$1/target/built-by-run"
}

# start MODULE CLASS [ARGUMENT...]: builds MODULE if that is needed, and becomes the program CLASS.
start() {
  local module=$1 class=$2
  shift 2
  if is_stale "$module"; then
    build_module "$module"
  fi
  exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 \
    -cp "$root/$module/target/classes:$root/$module/target/lib/*" "$class" "$@"
}
