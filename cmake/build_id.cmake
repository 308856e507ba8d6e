# Writes OUTPUT, a header that names the build: the version, and a hash of all that program and modules are made of. It is touched only when
# that has changed.
file(GLOB_RECURSE sources ${SOURCE}/lib/*.h ${SOURCE}/lib/*.cpp ${SOURCE}/cli/*.h ${SOURCE}/cli/*.cpp)
list(SORT sources)
set(hashes "${OPTIONS}")
foreach(source ${sources})
  file(SHA256 ${source} hash)
  string(APPEND hashes ${hash})
endforeach()
string(SHA256 hash "${hashes}")
string(SUBSTRING ${hash} 0 12 hash)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define MDL_BUILD \"${VERSION}-${hash}\"\n" @ONLY)
