# Sourced by what builds: ccache, where it is, knows what another folder of the repository has compiled, behind precompiled headers, too.
# shellcheck shell=bash
if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
fi
